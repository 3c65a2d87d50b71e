import { z } from 'zod';
import { RetentionKind } from '../../protocol/record.ts';
import { readOptions, table } from './command-line.ts';
import { perform } from './perform.ts';

const Counts = z.object({
  items: z.array(
    z.object({ kind: RetentionKind, before: z.string(), entries: z.number(), sessions: z.number() }),
  ),
});

const KINDS: Record<RetentionKind, string> = {
  'session-record': 'session records',
  'chat-and-file-names': 'chat and file names',
  'sign-in-log': 'sign-in log',
  'access-log': 'access log',
};

/** `countersign retention [--dry-run]`: deletes what is due by the retention schedule, or says what would go. */
export async function retentionCommand(argv: readonly string[]): Promise<void> {
  const { 'dry-run': dryRun = false } = readOptions(argv, { 'dry-run': { type: 'boolean' } });
  const { items } = await perform({ type: 'retention.run', dryRun }, Counts);
  console.log(retentionTable(items));
  const any = items.some(({ entries, sessions }) => entries + sessions > 0);
  if (!any) console.log('\nNothing is due.');
  else console.log(dryRun ? '\nNothing was deleted: this only says what would go.' : '\nDeleted.');
}

export function retentionTable(counts: z.infer<typeof Counts>['items']): string {
  return table([
    ['KIND', 'OLDER THAN', 'ENTRIES', 'SESSIONS'],
    ...counts.map(({ kind, before, entries, sessions }) => [
      KINDS[kind],
      `${before.slice(0, 16).replace('T', ' ')} UTC`,
      String(entries),
      kind === 'session-record' || kind === 'chat-and-file-names' ? String(sessions) : '',
    ]),
  ]);
}
