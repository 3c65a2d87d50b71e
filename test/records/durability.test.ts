import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openForReading } from '../../server/records/sqlite/connection.ts';
import { StoreVerification } from '../../server/records/verify/store-verification.ts';

const CHILD = fileURLToPath(new URL('./appending-child.mjs', import.meta.url));
/** `npm run kills` for many. */
const ROUNDS = Number(process.env.KILLS ?? 10);

/** Lets a broker's store append in a process of its own, and kills it at some moment. Answers what was acknowledged. */
async function appendUntilKilled(file: string): Promise<Map<number, string>> {
  const child = spawn(process.execPath, [CHILD, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child.stdout, 'data');
  await pause(Math.random() * 120);
  child.kill('SIGKILL');
  await once(child, 'close');
  const lines = said.split('\n').slice(0, -1);
  return new Map(lines.map((line) => [Number(line.split(' ')[0]), line.split(' ')[1] ?? '']));
}

describe('a store that is killed', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-killed-'));
  });
  after(() => rm(folder, { recursive: true }));

  it(`has every entry that it acknowledged, in ${ROUNDS} rounds, and no half append, and its log verifies`, async function () {
    this.timeout(60_000 + ROUNDS * 30_000);
    const file = join(folder, 'records.db');
    const acknowledged = new Map<number, string>();
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [seq, id] of await appendUntilKilled(file)) {
        assert(!acknowledged.has(seq), `number ${seq} was given twice`);
        acknowledged.set(seq, id);
      }

    const connection = openForReading({ file, key: Buffer.alloc(32, 1) });
    try {
      assert.equal(connection.pragma('integrity_check', { simple: true }), 'ok');
      const rows = connection.prepare<[], { seq: number; id: string }>('SELECT seq, id FROM entries').all();
      const stored = new Map(rows.map(({ seq, id }) => [seq, id]));
      const lost = [...acknowledged].filter(([seq, id]) => stored.get(seq) !== id);
      assert.deepEqual(lost, []);
      assert(acknowledged.size > ROUNDS * 8, `only ${acknowledged.size} were acknowledged`);

      const halves = connection
        .prepare(
          `SELECT session, fields ->> 'note' AS note FROM entries WHERE type = 'note.written'
           GROUP BY session, substr(note, 3) HAVING count(*) <> 2`,
        )
        .all();
      assert.deepEqual(halves, []);
      const unfound = connection
        .prepare(
          `SELECT seq FROM entries JOIN session_words ON session_words.rowid = session WHERE type = 'note.written'
             AND instr(other || char(10), char(10) || (fields ->> 'note') || char(10)) = 0`,
        )
        .all();
      assert.deepEqual(unfound, []);

      // The log, its checkpoints and what people list and read, with everything that was acknowledged.
      const verification = new StoreVerification(connection);
      while (verification.step());
      const { findings, size, entries } = verification.verdict();
      assert.deepEqual(findings, []);
      assert.deepEqual([size, entries], [rows.length, rows.length]);
    } finally {
      connection.close();
    }
  });
});
