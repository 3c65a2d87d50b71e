import type { ProvenEntry } from '../log-proof.ts';
import type { Checkpoint } from './checkpoint.ts';
import { demandInLog, type ProofCrypto, ProofProblem } from './proven-entry.ts';
import { type MissingEntry, missingEntries, type PlacedEntry } from './whole-session.ts';

/** What a file shows of a session: of a receipt, or of a line of an export. */
export interface ShownSession {
  readonly sessionId: string;
  readonly entries: readonly ProvenEntry[];
}

/** What of it is there, in the log's order, and what of the session's entries up to the last of these is not. */
export interface ProvenSession {
  readonly entries: readonly (PlacedEntry & { readonly [field: string]: unknown })[];
  readonly missing: readonly MissingEntry[];
}

/**
 * Whether every entry is, word for word, in the log that the checkpoint is of, and tells of this session and no other;
 * whether they stand in the log's order from its beginning on, and all are there that must be. Without any one of these an
 * entry of somebody else's session, which is in the log just as well, could stand for one of this session.
 * @param may whether an entry of a type may be missing here
 * @throws ProofProblem with the first thing that is wrong, as a sentence for people.
 */
export function demandSession(
  crypto: ProofCrypto,
  checkpoint: Checkpoint,
  { sessionId, entries }: ShownSession,
  may?: (type: string) => boolean,
): ProvenSession {
  let before = -1;
  for (const proven of entries) {
    if (proven.leaf <= before)
      throw new ProofProblem(`Log entry ${proven.leaf + 1} stands twice or out of order.`);
    before = proven.leaf;
    demandInLog(crypto, checkpoint, proven);
    if (typeof proven.entry.type !== 'string' || typeof proven.entry.at !== 'string')
      throw new ProofProblem(`Log entry ${proven.leaf + 1} does not say what it is, or when it was written.`);
    if (proven.entry.sessionId !== sessionId)
      throw new ProofProblem(`Log entry ${proven.leaf + 1} tells of another session than ${sessionId}.`);
    if (proven.entry.type === 'session.created' && proven !== entries[0])
      throw new ProofProblem(`Log entry ${proven.leaf + 1} begins session ${sessionId} a second time.`);
  }
  const told = entries.map(({ entry }) => entry as ProvenSession['entries'][number]);
  if (told[0]?.type !== 'session.created')
    throw new ProofProblem(`What is told of session ${sessionId} does not begin with its beginning.`);
  return { entries: told, missing: missingEntries(told, may) };
}
