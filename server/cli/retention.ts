import { z } from 'zod';
import { DatedKind, goesWithSession, RETENTION_KINDS } from '../../protocol/retention-kinds.ts';
import { readOptions, table } from './command-line.ts';
import { perform } from './perform.ts';

const Counts = z.object({
  items: z.array(
    z.object({
      kind: DatedKind,
      before: z.string(),
      team: z.string().optional(),
      entries: z.number(),
      sessions: z.number(),
    }),
  ),
});

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
    ...counts.map(({ kind, before, team, entries, sessions }) => [
      RETENTION_KINDS[kind].name + (team === undefined ? '' : ` (${team})`),
      `${before.slice(0, 16).replace('T', ' ')} UTC`,
      String(entries),
      goesWithSession(kind) ? String(sessions) : '',
    ]),
  ]);
}
