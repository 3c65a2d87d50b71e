import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EntryOf, RecordType } from '../../protocol/record.ts';
import { checkBackup } from '../../server/records/backup/restore-backup.ts';
import { backupKeys } from '../../server/records/keeping.ts';
import { isVouchedFor } from '../../server/records/keys/succession.ts';
import { openForReading } from '../../server/records/sqlite/connection.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { EVERYTHING, query } from './describe-record-store.ts';
import { KeptFolder, type OpenedFolder } from './kept-folder.ts';
import { begin, end } from './stories.ts';

const CHILD = fileURLToPath(new URL('./keeping-child.mjs', import.meta.url));
/** For all four tasks together; `npm run kills` for many. */
const KILLS = Number(process.env.KILLS ?? 20);
const ROUNDS = Math.ceil(KILLS / 4);

describe('records that are kept by a process which is killed', function () {
  this.timeout(60_000 + KILLS * 20_000);
  let folder: TemporaryFolder;
  let kept: KeptFolder;
  let acknowledged: Map<number, string>;

  beforeEach(async () => {
    folder = await temporaryFolder();
    kept = new KeptFolder(folder.path);
    acknowledged = new Map();
  });
  afterEach(() => folder.remove());

  /**
   * Lets a process of its own do `task`, and kills it up to `withinMs` after it began to, for the first, second or third
   * time. Answers the whole lines it said.
   */
  async function killedAt(task: string, began: string, withinMs: number): Promise<string[]> {
    const times = 1 + Math.floor(Math.random() * 3);
    const child = spawn(process.execPath, [CHILD, folder.path, task], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '\n';
    const heard = new Promise<void>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.split(`\n${began}`).length > times) resolve();
      });
      child.once('exit', (code) => reject(new Error(`it ended by itself (${code}):\n${said.slice(-500)}`)));
    });
    await heard;
    await pause(Math.random() * withinMs);
    child.kill('SIGKILL');
    await once(child, 'close');
    const lines = said.split('\n').slice(1, -1);
    for (const [what, seq, id] of lines.map((line) => line.split(' ')))
      if (what === 'entry') acknowledged.set(Number(seq), id ?? '');
    return lines;
  }

  async function nothingIsLost(opened: OpenedFolder): Promise<void> {
    const { dataKey } = opened.keys;
    const connection = openForReading({ file: join(kept.dataDir, 'records.db'), key: dataKey });
    try {
      const rows = connection.prepare<[], { seq: number; id: string }>('SELECT seq, id FROM entries').all();
      const stored = new Map(rows.map(({ seq, id }) => [seq, id]));
      assert.deepEqual(
        [...acknowledged].filter(([seq, id]) => stored.get(seq) !== id),
        [],
      );
    } finally {
      connection.close();
    }
    assert.deepEqual(await opened.findings(), []);
    assert(acknowledged.size >= ROUNDS, `only ${acknowledged.size} were acknowledged`);
    const left = (await kept.files()).filter((name) => /snapshot|\.restor|\.new$/.test(name));
    assert.deepEqual(left, []);
  }

  const entriesOf = async <Type extends RecordType>(opened: OpenedFolder, type: Type) =>
    (await opened.store.entries({ types: [type], limit: 100_000 })).reverse() as EntryOf<Type>[];

  /** Every rotation that is in the record goes on from the one before; one may be told twice. */
  async function rotationsFollow(opened: OpenedFolder, key: 'master' | 'data'): Promise<number> {
    const told = (await entriesOf(opened, 'key.rotated')).filter((entry) => entry.key === key);
    for (const [index, { from, to }] of told.entries()) {
      const before = told[index - 1];
      if (before === undefined || (before.from === from && before.to === to)) continue;
      assert.equal(from, before.to);
    }
    return told.length;
  }

  it(`makes no backup that is not whole, and loses nothing, at ${ROUNDS} moments`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await killedAt('backup', 'backup ', 900);
      for (const name of await readdir(folder.path)) {
        if (!name.startsWith('backup-') || name.endsWith('.partial')) continue;
        const file = join(folder.path, name);
        await checkBackup({ file, backupKeys: backupKeys(undefined, kept.sources) });
        await rm(file);
      }
    }
    const opened = await kept.open();
    await nothingIsLost(opened);
    await opened.keeping.backUp(kept.backup, undefined, 'test');
    const { total } = await opened.store.sessions(query(), EVERYTHING);
    await opened.close();
    const other = new KeptFolder(join(folder.path, 'other'));
    other.sources = kept.sources;
    // The child writes by this machine's clock, which runs ahead of the test's.
    await other.restore({ file: kept.backup, clockChecked: true });
    const restored = await other.open();
    assert.equal((await restored.store.sessions(query(), EVERYTHING)).total, total);
    await restored.close();
  });

  it(`opens with the master key in force and signs with the key that the log names, at ${ROUNDS} moments`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) await killedAt('keys', 'rotating', 100);
    const opened = await kept.open();
    await opened.keeping.rotateMasterKey(undefined, 'test');
    await opened.keeping.rotateSigningKey('test');
    await nothingIsLost(opened);
    assert((await rotationsFollow(opened, 'master')) > 0);
    const successions = await entriesOf(opened, 'log.key-rotated');
    for (const [index, entry] of successions.entries()) {
      assert(isVouchedFor(entry));
      if (index > 0) assert.equal(entry.previousKey, successions[index - 1]!.key);
    }
    await opened.close();
    const ring = await kept.ring();
    assert.equal(ring.keys.length, 1);
    assert.deepEqual(ring.signingKeys, [successions.at(-1)!.key]);
    const secret = (await readdir(join(folder.path, 'secret'))).map((name) => basename(name));
    assert.deepEqual(
      secret.filter((name) => name.includes('.new')),
      [],
    );
  });

  it(`opens with the old data key or the new one, at ${ROUNDS} moments`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) await killedAt('data', 'rotating', 700);
    const opened = await kept.open();
    await nothingIsLost(opened);
    await rotationsFollow(opened, 'data');
    await opened.close();
    assert.equal((await kept.ring()).keys.length, 1);
  });

  it(`holds what was there or what was restored, nothing between, at ${ROUNDS} moments`, async () => {
    const first = await kept.open();
    const created = begin();
    await first.store.append([created, end(created.sessionId)]);
    await first.keeping.backUp(kept.backup, undefined, 'test');
    await first.close();
    /** What may be found: the sessions before a restore that had begun, or those in the backup. */
    let before = [created.sessionId];
    let restoring = false;
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const line of await killedAt('restore', 'restoring', 1500)) {
        const [what, ...ids] = line.split(' ');
        if (what === 'holds') {
          const found = ids.toSorted();
          const expected: string[] = found.length === 1 && restoring ? [created.sessionId] : before;
          assert.deepEqual(
            found.filter((id) => expected.includes(id)),
            expected.toSorted(),
          );
          before = found;
          restoring = false;
        }
        if (what === 'session') before.push(ids[0]!);
        if (what === 'restoring') restoring = true;
      }
      for (const name of await readdir(kept.dataDir))
        if (name.startsWith('before-restore')) await rm(join(kept.dataDir, name), { recursive: true });
    }
    const opened = await kept.open();
    const left = (await kept.files()).filter((name) => /snapshot|\.restor/.test(name));
    assert.deepEqual(left, []);
    assert.deepEqual(await opened.findings(), []);
    await opened.close();
    assert.equal((await kept.ring()).keys.length, 1);
  });
});
