/** Appends and deletes at the same time, and says on standard output what was acknowledged, until it is killed. */
import type { NewEntry } from '../../protocol/record.ts';
import { DATED_KINDS } from '../../protocol/retention-kinds.ts';
import { systemClock } from '../../server/clock.ts';
import { openSqliteStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../../server/settings/settings.ts';
import { begin, contacted, end, note, sentFile, signInFailed } from './stories.ts';

const store = await openSqliteStore({
  file: process.argv[2] as string,
  cursorKey: Buffer.alloc(32, 2),
  signingSeed: Buffer.alloc(32, 3),
  clock: systemClock,
  periods: () => Settings.parse({}),
});

/** Writing to a pipe is synchronous: what is said was acknowledged, and a line cut in half is not counted. */
const acknowledge = async (entries: readonly NewEntry[]) => {
  for (const { seq, id } of await store.append(entries)) process.stdout.write(`${seq} ${id}\n`);
};

async function keepAppending(): Promise<void> {
  for (;;) {
    const created = begin({ detailsGiven: ['phone'] });
    const { sessionId } = created;
    await acknowledge([created, contacted(sessionId, { phone: '+44 20 7946 0018' })]);
    await acknowledge([...sentFile(sessionId, 'driver.zip'), ...note(sessionId, 'a note')]);
    await acknowledge([end(sessionId), signInFailed('mallory@example.com')]);
  }
}

/** Everything that is over is due at once: what is deleted was written a moment ago. */
async function keepDeleting(): Promise<void> {
  for (;;) {
    const before = new Date().toISOString();
    const kinds = DATED_KINDS.filter(() => Math.random() < 0.7);
    await store.deleteDue(
      kinds.map((kind) => ({ kind, before })),
      false,
    );
  }
}

for (let writer = 0; writer < 6; writer += 1) void keepAppending();
void keepDeleting();
