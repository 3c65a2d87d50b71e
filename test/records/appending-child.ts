/** Appends as fast as it can and says on standard output what was acknowledged, until it is killed. */
import { systemClock } from '../../server/clock.ts';
import { openSqliteStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../../server/settings/settings.ts';
import { begin, end, note } from './stories.ts';

const store = await openSqliteStore({
  file: process.argv[2] as string,
  key: Buffer.alloc(32, 1),
  cursorKey: Buffer.alloc(32, 2),
  signingSeed: Buffer.alloc(32, 3),
  clock: systemClock,
  periods: () => Settings.parse({}),
});

/** Writing to a pipe is synchronous: what is said was acknowledged, and a line cut in half is not counted. */
const acknowledged = (seq: number, id: string) => process.stdout.write(`${seq} ${id}\n`);

async function keepAppending(): Promise<void> {
  for (;;) {
    const created = begin();
    const { sessionId } = created;
    const pairs = Array.from({ length: 20 }, (_, count) => [
      ...note(sessionId, `a ${count}`),
      ...note(sessionId, `b ${count}`),
    ]);
    for (const batch of [[created], ...pairs, [end(sessionId)]])
      for (const { seq, id } of await store.append(batch)) acknowledged(seq, id);
  }
}
for (let writer = 0; writer < 8; writer += 1) void keepAppending();
