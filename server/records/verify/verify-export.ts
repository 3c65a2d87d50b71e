import { isDeepStrictEqual } from 'node:util';
import type { FindingAbout } from '../../../protocol/proof/account.ts';
import { isSessionEntry } from '../../../protocol/proof/known-entries.ts';
import { ProofProblem } from '../../../protocol/proof/proven-entry.ts';
import { demandSession } from '../../../protocol/proof/proven-session.ts';
import type { NoteKey } from '../../../protocol/proof/signed-note.ts';
import {
  EXPORT_FORMAT,
  EXPORT_FORMAT_WITHOUT_END,
  OLDER_COUNTS,
  OlderExportLine,
  ProvenExportHead,
  ProvenExportLine,
} from '../../../protocol/proven-export.ts';
import type { SessionEntry } from '../../../protocol/record.ts';
import { foldSession } from '../../../protocol/session-fold.ts';
import { goesEarly } from '../../../protocol/session-numbering.ts';
import { NODE_CRYPTO } from '../transparency/node-crypto.ts';
import { ExportEnd } from './export-end.ts';
import { LeafSet } from './leaf-set.ts';
import { ProvenLog } from './proven-log.ts';
import { accountsIn, contradictions } from './signature-sentences.ts';

const LACKS_LINES: readonly FindingAbout[] = ['gap', 'not-closed'];

/** Checks an export with proofs line by line, so that one of any length needs little memory. */
export class ExportVerification {
  readonly #madeAt: string;
  /** Its records were made by the rules of today. */
  readonly #isOfToday: boolean;
  readonly #seen = new Set<string>();
  readonly #log: ProvenLog;
  readonly #leaves = new LeafSet();
  readonly #end: ExportEnd;
  #entries = 0;
  /** Sessions without their end: nothing shows whether that, and what stood before it, was cut off. */
  readonly #open: string[] = [];
  /** Sessions in whose record the use of tools is not counted as the rules of today count it: of an older format that may be. */
  readonly #countedOtherwise: string[] = [];
  /** Sessions of which an end signed more than is here, or did not close its account. */
  readonly #incomplete: string[] = [];

  /** @throws ProofProblem */
  constructor(head: unknown, trusted: NoteKey | undefined) {
    this.#log = new ProvenLog(trusted);
    const parsed = ProvenExportHead.safeParse(head);
    if (!parsed.success) throw new ProofProblem('Line 1 of the export cannot be read.');
    this.#madeAt = parsed.data.madeAt;
    const { format } = parsed.data;
    this.#isOfToday = format === EXPORT_FORMAT;
    this.#end = new ExportEnd(format !== EXPORT_FORMAT_WITHOUT_END);
  }

  /** @throws ProofProblem with the first thing that is wrong with the next line. */
  take(read: unknown): void {
    const number = this.#seen.size + 2;
    if (this.#end.take(read, number)) return;
    const line = (this.#isOfToday ? ProvenExportLine : OlderExportLine).safeParse(read);
    if (!line.success) throw new ProofProblem(`Line ${number} of the export cannot be read.`);
    const checkpoint = this.#log.of(line.data.checkpoint, number);
    const { record, entries } = line.data;
    const { id } = record;
    if (this.#seen.has(id)) throw new ProofProblem(`Session ${id} stands twice in the export.`);
    this.#seen.add(id);
    aboutSession(id, () => demandSession(NODE_CRYPTO, checkpoint, { sessionId: id, entries }, goesEarly));
    this.#demandNew(number, entries);
    const known = knownEntries(id, entries);
    const isCounted = demandFold(id, (read as { record: object }).record, known, this.#isOfToday);
    if (!isCounted) this.#countedOtherwise.push(id);
    const accounts = accountsIn(known);
    const wrong = contradictions(accounts);
    if (wrong.length > 0)
      throw new ProofProblem(
        `The log holds the entries of session ${id} word for word, but they are not what was signed.`,
        ...wrong,
      );
    this.#entries += entries.length;
    if (!known.some(({ type }) => type === 'session.ended')) this.#open.push(id);
    else if (accounts.some(({ findings }) => findings.some(({ about }) => LACKS_LINES.includes(about))))
      this.#incomplete.push(id);
  }

  /** An entry is of one session: where its place is taken already, one of the two is of another log. */
  #demandNew(line: number, entries: ProvenExportLine['entries']): void {
    const twice = entries.find(({ leaf }) => !this.#leaves.add(leaf));
    if (twice !== undefined)
      throw new ProofProblem(
        `Line ${line} of the export is of a second log of the same name: log entry ${twice.leaf + 1} is of another session in a line before.`,
      );
  }

  /** `undefined` of a whole export that holds none. @throws ProofProblem when it cannot say that it is whole. */
  finish() {
    this.#end.demand(this.#seen.size, 'sessions');
    const { named } = this.#log;
    if (named === undefined && this.#end.isNeeded) return undefined;
    if (named === undefined)
      throw new ProofProblem('The export holds no session, so there is nothing to check.');
    return {
      madeAt: this.#madeAt,
      hasEnd: this.#end.isNeeded,
      isOfToday: this.#isOfToday,
      countedOtherwise: this.#countedOtherwise,
      sessions: this.#seen.size,
      entries: this.#entries,
      open: this.#open,
      incomplete: this.#incomplete,
      checkpoints: this.#log.checkpoints,
      ...named,
    };
  }
}

/** What a stranger's key vouches for may have any shape, and a record is made only of those that are known. */
function knownEntries(id: string, entries: ProvenExportLine['entries']): SessionEntry[] {
  return entries.map(({ entry, leaf }) => {
    const told: unknown = { ...entry, seq: leaf + 1 };
    if (isSessionEntry(told)) return told;
    throw new ProofProblem(
      `Session ${id}: log entry ${leaf + 1} (${String(entry.type)}, ${String(entry.at)}) is none that this version can read.`,
    );
  });
}

/**
 * The record must be what its entries make of it, and hold nothing besides: so it is taken as it was read, with what no
 * schema knows. Until when it is kept depends on the settings of the day, and how the use of tools is counted on the version.
 * @returns whether that is counted as it is today; where it is not, nothing else may differ, and that only in an older format.
 */
function demandFold(
  id: string,
  record: object,
  entries: readonly SessionEntry[],
  isOfToday: boolean,
): boolean {
  const { retention: _, ...said } = record as { retention?: unknown };
  const folded: unknown = JSON.parse(JSON.stringify(foldSession(entries)?.record ?? null));
  if (isDeepStrictEqual(folded, said)) return true;
  if (isOfToday || !isDeepStrictEqual(withoutCounts(folded), withoutCounts(said)))
    throw new ProofProblem(`The record of session ${id} does not say what its entries say.`);
  return false;
}

function withoutCounts(record: unknown): unknown {
  const { tools, ...rest } = record as { tools: object[] };
  const isCompared = ([name]: [string, unknown]) => !OLDER_COUNTS.some((count) => count === name);
  return { ...rest, tools: tools.map((use) => Object.fromEntries(Object.entries(use).filter(isCompared))) };
}

function aboutSession(id: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ProofProblem)) throw error;
    throw new ProofProblem(`Session ${id}: ${error.message}`);
  }
}
