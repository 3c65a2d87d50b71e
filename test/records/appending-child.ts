/** Appends as fast as it can and says on standard output what was acknowledged, until it is killed. */
import { writeSync } from 'node:fs';
import { systemClock } from '../../server/clock.ts';
import { openSqliteStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../../server/settings/settings.ts';
import { begin, note } from './stories.ts';

const store = await openSqliteStore({
  file: process.argv[2] as string,
  key: Buffer.alloc(32, 1),
  cursorKey: Buffer.alloc(32, 2),
  clock: systemClock,
  schedule: () => Settings.parse({}).retention,
});

/** One write, so that a kill cannot leave half a line. */
const acknowledged = (seq: number, id: string) => writeSync(1, `${seq} ${id}\n`);

async function keepAppending(): Promise<void> {
  const created = begin();
  for (let count = 0; ; count += 1) {
    const batch =
      count === 0
        ? [created]
        : [note(created.sessionId, `a ${count}`), note(created.sessionId, `b ${count}`)];
    for (const { seq, id } of await store.append(batch)) acknowledged(seq, id);
  }
}
for (let writer = 0; writer < 8; writer += 1) void keepAppending();
