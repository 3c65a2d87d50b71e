import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseLeafRanges } from '../../protocol/proof/leaf-ranges.ts';
import { type Connection, openForReading } from '../../server/records/sqlite/connection.ts';
import { loadFrontier } from '../../server/records/sqlite/merkle-log.ts';
import { assertFolded } from './assert-folded.ts';

const CHILD = fileURLToPath(new URL('./deleting-child.mjs', import.meta.url));
/** `npm run kills` for a long night. */
const KILLS = Number(process.env.KILLS ?? 15);

/** Lets a store append and delete in a process of its own and kills it at some moment. Answers what was acknowledged. */
async function runUntilKilled(file: string): Promise<[seq: number, id: string][]> {
  const child = spawn(process.execPath, [CHILD, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child.stdout, 'data');
  await pause(Math.random() * 150);
  child.kill('SIGKILL');
  await once(child, 'close');
  const lines = said.split('\n').slice(0, -1);
  return lines.map((line) => [Number(line.split(' ')[0]), line.split(' ')[1] ?? '']);
}

/** What certificates say is gone; each leaf once. */
function certified(connection: Connection): Set<number> {
  const texts = connection
    .prepare<[], string>(`SELECT fields ->> 'leaves' FROM entries WHERE type = 'retention.deleted'`)
    .pluck()
    .all();
  const ranges = texts.flatMap((text) => {
    const parsed = parseLeafRanges(text);
    assert(parsed, `not ranges of leaves: ${text}`);
    return parsed;
  });
  const leaves = ranges.flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i));
  const gone = new Set(leaves);
  assert.equal(gone.size, leaves.length, 'a leaf is certified twice');
  return gone;
}

describe('a store that is killed while it deletes', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-deleting-'));
  });
  after(() => rm(folder, { recursive: true }));

  it(`lacks exactly what its certificates name, after ${KILLS} kills, and nothing is half deleted`, async function () {
    this.timeout(KILLS * 60_000);
    const file = join(folder, 'records.db');
    const acknowledged = new Map<number, string>();
    for (let kill = 0; kill < KILLS; kill += 1) {
      for (const [seq, id] of await runUntilKilled(file)) acknowledged.set(seq, id);
      const connection = openForReading({ file });
      try {
        const rows = connection.prepare<[], { seq: number; id: string }>('SELECT seq, id FROM entries').all();
        const stored = new Map(rows.map(({ seq, id }) => [seq, id]));
        const gone = certified(connection);
        const { size } = loadFrontier(connection);
        const missing = Array.from({ length: size }, (_, leaf) => leaf).filter(
          (leaf) => !stored.has(leaf + 1),
        );
        assert.deepEqual(
          missing,
          [...gone].sort((a, b) => a - b),
        );
        assert(rows.every(({ seq }) => seq <= size));
        const lost = [...acknowledged].filter(([seq, id]) => stored.get(seq) !== id && !gone.has(seq - 1));
        assert.deepEqual(lost, []);
        assertFolded(connection);
        assert.equal(connection.pragma('integrity_check', { simple: true }), 'ok');
      } finally {
        connection.close();
      }
    }
    const connection = openForReading({ file });
    assert(certified(connection).size > 0, 'nothing was ever deleted');
    connection.close();
  });
});
