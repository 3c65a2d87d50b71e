import { EMPTY_FRONTIER, type Frontier, grow, sameBytes } from '../../../protocol/proof/merkle.ts';
import { isStory } from '../../../protocol/session-fold.ts';
import type { Connection } from '../sqlite/connection.ts';
import { isFiledAsItIs, LOGGED_COLUMNS, type LoggedColumns, loggedEntry } from '../sqlite/logged-entries.ts';
import { hashing } from '../transparency/node-crypto.ts';
import { DatedLeaves } from './dated-leaves.ts';
import type { Findings } from './finding.ts';

interface EntryRow extends LoggedColumns {
  /** The number of the session under which it is filed. */
  readonly number: number | null;
}

/** Sessions that go on at the same time, many times over. */
const IDS_KEPT = 10_000;

/** Leaves from the first to the last: each entry against its leaf, and each hash above against those below. */
export class LeafChecks {
  frontier: Frontier = EMPTY_FRONTIER;
  /** Entries that are there. */
  entries = 0;
  /** Numbers of entries that are not there, as ranges without gaps. */
  readonly missing: [first: number, last: number][] = [];
  #position = 0;
  readonly #entries;
  readonly #hashes;
  readonly #idOf;
  readonly #dated;
  readonly #ids = new Map<number, string | null>();

  constructor(
    connection: Connection,
    private readonly findings: Findings,
  ) {
    this.#entries = connection.prepare<[number, number], EntryRow>(
      `SELECT ${LOGGED_COLUMNS}, session AS number FROM entries
       WHERE seq > ? AND seq <= ? ORDER BY seq`,
    );
    this.#idOf = connection.prepare<[number], string>('SELECT id FROM sessions WHERE number = ?').pluck();
    this.#hashes = connection
      .prepare<[number, number], Buffer>(
        'SELECT hash FROM log_hashes WHERE position >= ? ORDER BY position LIMIT ?',
      )
      .pluck();
    this.#dated = new DatedLeaves(connection, findings);
  }

  /** Goes on to the tree of `size` leaves. */
  upTo(size: number): void {
    const from = this.frontier.size;
    const rows = this.#entries.all(from, size);
    // Each leaf completes itself and, on average, one hash above.
    const hashes = this.#hashes.all(this.#position, 2 * (size - from) + 64);
    const start = this.#position;
    let next = 0;
    for (let seq = from + 1; seq <= size; seq += 1) {
      const leaf = hashes[this.#position - start];
      if (leaf === undefined) throw new Error(`The hash of log entry ${seq} is missing from the log.`);
      const row = rows[next];
      if (row?.seq === seq) {
        next += 1;
        this.#checkEntry(row, leaf);
      } else this.#isMissing(seq);
      const { frontier, complete } = grow(hashing, this.frontier, leaf);
      for (const [level, hash] of complete.entries())
        if (level > 0 && !sameBytes(hash, hashes[this.#position - start + level] ?? new Uint8Array()))
          this.findings.add(
            'hash',
            `The log’s hash over ${2 ** level} entries up to log entry ${seq} is wrong.`,
            seq,
          );
      this.frontier = frontier;
      this.#position += complete.length;
    }
  }

  #checkEntry(row: EntryRow, leaf: Uint8Array): void {
    this.entries += 1;
    const { seq } = row;
    const filedUnder = row.number === null ? null : this.#session(row.number);
    const named = `Log entry ${seq} (${row.type}, ${row.at})`;
    const entry = loggedEntry(row, leaf);
    if (entry === undefined) {
      this.findings.add(
        'entry',
        `${named} is not what was logged: it was changed, or its salt or hash was.`,
        seq,
        filedUnder ?? undefined,
      );
      return;
    }
    // These columns stand beside what was hashed: they steer who finds the entry, and when it goes.
    if (!isFiledAsItIs(entry, row))
      this.findings.add(
        'entry',
        `${named} is filed as “${row.keep}”, so it would be deleted at another time.`,
        seq,
        filedUnder ?? undefined,
      );
    this.#dated.check(entry);
    const session = isStory(entry) ? entry.sessionId : null;
    if (session !== filedUnder)
      this.findings.add('entry', `${named} is filed under another session.`, seq, filedUnder ?? undefined);
  }

  /** The id of the session with this number; null where there is none. */
  #session(number: number): string | null {
    let id = this.#ids.get(number);
    if (id === undefined) {
      if (this.#ids.size >= IDS_KEPT) this.#ids.clear();
      id = this.#idOf.get(number) ?? null;
      this.#ids.set(number, id);
    }
    return id;
  }

  #isMissing(seq: number): void {
    const last = this.missing.at(-1);
    if (last?.[1] === seq - 1) last[1] = seq;
    else this.missing.push([seq, seq]);
  }
}
