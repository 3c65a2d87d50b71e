/**
 * Keeps records as a broker or an operator does, over and over, until it is killed, and says on standard output what it did.
 * Writing to a pipe is synchronous: what is said has happened, and a line cut in half is not counted.
 */
import { type Clock, systemClock } from '../../server/clock.ts';
import { rotateDataKey } from '../../server/records/keys/data-rotation.ts';
import { recordsFile } from '../../server/records/open-records.ts';
import { EVERYTHING, query } from './describe-record-store.ts';
import { KeptFolder, type OpenedFolder } from './kept-folder.ts';
import { begin, end, note } from './stories.ts';

const [path = '', task = ''] = process.argv.slice(2);
const kept = new KeptFolder<Clock>(path, systemClock);
const say = (line: string) => process.stdout.write(`${line}\n`);

async function appendSession({ store }: OpenedFolder): Promise<void> {
  const created = begin();
  const { sessionId } = created;
  for (const entry of [created, ...note(sessionId, 'word '.repeat(200)), end(sessionId)])
    for (const { seq, id } of await store.append([entry])) say(`entry ${seq} ${id}`);
  say(`session ${sessionId}`);
}

const TASKS: Record<string, () => Promise<void>> = {
  async backup() {
    const opened = await kept.open();
    void keepAppending(opened);
    for (;;) {
      const file = `${kept.backup}-${Date.now()}-${process.pid}`;
      say(`backup ${file}`);
      await opened.keeping.backUp(file, undefined, 'child');
    }
  },
  async keys() {
    const opened = await kept.open();
    void keepAppending(opened);
    for (;;) {
      say('rotating');
      await opened.keeping.rotateMasterKey(undefined, 'child');
      await opened.keeping.rotateSigningKey('child');
    }
  },
  async data() {
    for (;;) {
      const opened = await kept.open();
      for (let count = 0; count < 5; count += 1) await appendSession(opened);
      await opened.close();
      say('rotating');
      await rotateDataKey(kept.dataDir, recordsFile(kept.dataDir), kept.sources);
    }
  },
  async restore() {
    for (;;) {
      const opened = await kept.open();
      const { items } = await opened.store.sessions(query({ limit: 200 }), EVERYTHING);
      say(`holds ${items.map(({ id }) => id).join(' ')}`);
      for (let count = 0; count < 3; count += 1) await appendSession(opened);
      await opened.close();
      say('restoring');
      await kept.restore({ force: true, clockChecked: true });
    }
  },
};

async function keepAppending(opened: OpenedFolder): Promise<void> {
  for (;;) await appendSession(opened);
}

await TASKS[task]?.();
