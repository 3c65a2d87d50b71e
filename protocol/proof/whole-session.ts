import type { Numbering } from '../record.ts';
import { mayBeMissing } from '../session-numbering.ts';
import { ProofProblem } from './proven-entry.ts';

/** An entry as far as its place in its session is concerned. */
export interface PlacedEntry extends Omit<Numbering, 'follows'> {
  readonly type: string;
  readonly at: string;
  readonly follows?: readonly string[];
}

/** An entry that is not there, and may be missing. Its type stands in an entry that is there. */
export interface MissingEntry {
  readonly ordinal: number;
  readonly type: string;
  /** Between when and when it was written. */
  readonly from: string;
  readonly to: string;
}

const named = ({ ordinal, type, at }: PlacedEntry): string => `entry ${ordinal} (${type}, ${at})`;

/**
 * What is missing of a session, when `entries` are all that is there, in the log's order. Entries are numbered within their
 * session, and those that may be missing are named by the next one that may not: so nothing else can be taken for one.
 * @param may whether an entry of a type may be missing here
 * @throws ProofProblem for one that may not, or that nothing names: by its number, and the moments it was written between;
 * and for one that stands twice where a session has one.
 */
export function missingEntries(
  entries: readonly PlacedEntry[],
  may: (type: string) => boolean = mayBeMissing,
): MissingEntry[] {
  const types = namedTypes(entries);
  const missing: MissingEntry[] = [];
  let before: PlacedEntry | undefined;
  for (const entry of entries) {
    const ordinal = placeOf(entry);
    if (ordinal <= (before?.ordinal ?? 0))
      throw new ProofProblem(
        `In the session ${named(entry)} stands after ${before ? named(before) : 'nothing'}.`,
      );
    for (let lost = (before?.ordinal ?? 0) + 1; lost < ordinal; lost += 1) {
      const type = types.get(lost);
      if (type === undefined || !may(type)) {
        // To the next one that is explained: a stranger's numbers may be too many to go through.
        let last = ordinal - 1;
        for (const [at, each] of types) if (at > lost && at <= last && may(each)) last = at - 1;
        throw new ProofProblem(sentenceOf(lost, last, type, before, entry));
      }
      missing.push({ ordinal: lost, type, from: before?.at ?? entry.at, to: entry.at });
    }
    const type = types.get(ordinal);
    if (type !== undefined && type !== entry.type)
      throw new ProofProblem(`In the session ${named(entry)} is called ${type} by a later one.`);
    before = entry;
  }
  demandOnce(entries);
  return missing;
}

/** A second agent comes only by the signed word of the first (`agent.handed-over`). */
const ONCE: readonly string[] = ['session.created', 'session.joined'];

/** @throws ProofProblem for a second one of what a session has once. */
export function demandOnce(entries: readonly PlacedEntry[]): void {
  const seen = new Set<string>();
  for (const entry of entries) {
    if (!ONCE.includes(entry.type)) continue;
    if (seen.has(entry.type))
      throw new ProofProblem(`In the session ${named(entry)} stands a second time; a session has one.`);
    seen.add(entry.type);
  }
}

function sentenceOf(
  first: number,
  last: number,
  type: string | undefined,
  before: PlacedEntry | undefined,
  after: PlacedEntry,
): string {
  const which =
    first === last ? `Entry ${first} of the session is` : `Entries ${first} to ${last} of the session are`;
  const where = before ? `between ${named(before)} and ${named(after)}` : `before ${named(after)}`;
  const they = first === last ? 'it' : 'they';
  const why =
    type === undefined ? `nothing says that ${they} may be` : `one of its kind (${type}) may not be`;
  return `${which} missing, ${where}, and ${why}.`;
}

/** What entries say of those directly before them. */
function namedTypes(entries: readonly PlacedEntry[]): ReadonlyMap<number, string> {
  const types = new Map<number, string>();
  for (const entry of entries) {
    const follows = followedBy(entry);
    const first = placeOf(entry) - follows.length;
    for (const [index, type] of follows.entries()) types.set(first + index, type);
  }
  return types;
}

/** Whoever signs a log of their own may write anything there. */
function followedBy({ follows = [], type, at }: PlacedEntry): readonly string[] {
  if (!Array.isArray(follows) || !follows.every((each) => typeof each === 'string'))
    throw new ProofProblem(`The entry of ${at} (${type}) does not say in a readable way what it follows.`);
  return follows;
}

function placeOf(entry: PlacedEntry): number {
  const { ordinal } = entry;
  if (ordinal === undefined || !Number.isSafeInteger(ordinal) || ordinal < 1)
    throw new ProofProblem(
      `The entry of ${entry.at} (${entry.type}) has no number in its session, so nobody can tell whether others were left out.`,
    );
  return ordinal;
}
