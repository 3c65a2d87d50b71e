import type { NewSessionEntry } from '../record.ts';
import type { Side } from '../session.ts';
import { needsView, type Tool } from '../tool.ts';
import type { Says, SaysOf } from './statement.ts';

/** In what a statement says other than the entry that it belongs to. */
export type Contradiction =
  | 'other-answer'
  | 'other-text'
  | 'other-file'
  | 'other-hash'
  | 'other-computer'
  | 'other-person'
  | 'other-ending';
/** `apart`: they are not about the same thing. */
export type Comparison = Contradiction | 'agrees' | 'apart';

type EntryAs<Type extends NewSessionEntry['type']> = Extract<NewSessionEntry, { type: Type }>;

/** The side whose deed an entry tells, so that an account of that side must tell it too. */
export function deedOf(entry: NewSessionEntry): Side | undefined {
  switch (entry.type) {
    case 'consent.answered':
      return entry.mode === 'timed-out' ? undefined : 'customer';
    case 'consent.volunteered':
    case 'surface.shared':
    case 'agent.handed-over':
      return 'customer';
    case 'watching.answered':
    case 'passing.answered':
      return entry.mode === 'timed-out' ? undefined : 'customer';
    case 'watching.ended':
      return entry.by === 'customer' ? 'customer' : undefined;
    case 'grant.revoked':
      // What a technician gives back only takes from them: it is not signed.
      return entry.by === 'customer' ? 'customer' : undefined;
    case 'session.admitted':
      return 'technician';
    case 'file.finished':
      return entry.side === 'broker' ? undefined : entry.side;
    case 'session.ended':
      return entry.endedBy === 'broker' ? undefined : entry.endedBy;
    default:
      return undefined;
  }
}

/**
 * Whether a side's statement says the same as an entry of its own deed. The broker asks before it takes a statement,
 * and whoever reads the record asks again. `customerKey`: of the agent that was there.
 */
export function compare(says: Says, entry: NewSessionEntry, customerKey: string | undefined): Comparison {
  switch (entry.type) {
    case 'consent.answered':
      return says.type === 'consent.answered' ? compareAnswer(says, entry) : 'apart';
    case 'consent.volunteered':
      if (says.type !== 'consent.volunteered' || says.tool !== entry.tool) return 'apart';
      return sameText(says, entry) ? 'agrees' : 'other-text';
    case 'grant.revoked':
      return says.type === 'grant.revoked' && takes(says.tool, entry.tool) ? 'agrees' : 'apart';
    case 'watching.answered':
      return says.type === 'watching.answered' ? compareWatching(says, entry) : 'apart';
    case 'passing.answered':
      return says.type === 'passing.answered' ? comparePassing(says, entry) : 'apart';
    case 'watching.ended':
      return endsWatching(says, entry) ? 'agrees' : 'apart';
    case 'surface.shared':
      return says.type === 'surface.shared' && says.surface === entry.surface ? 'agrees' : 'apart';
    case 'agent.handed-over':
      if (says.type !== 'agent.handed-over' || says.signingKey !== entry.signingKey) return 'apart';
      return entry.allowed.every((tool) => says.allowed.includes(tool)) ? 'agrees' : 'other-answer';
    case 'session.admitted':
      if (says.type !== 'computer.admitted') return 'apart';
      return says.signingKey === customerKey ? 'agrees' : 'other-computer';
    case 'file.finished':
      return says.type === 'file.finished' ? compareFile(says, entry) : 'apart';
    case 'session.ended':
      if (says.type !== 'session.ended') return 'apart';
      return says.endedBy === entry.endedBy ? 'agrees' : 'other-ending';
    default:
      return 'apart';
  }
}

/** The tool itself, or what lives inside it: without the picture there is nothing to control. */
export const takes = (taken: Tool, tool: Tool): boolean =>
  taken === tool || (taken === 'view' && needsView(tool));

function compareAnswer(says: SaysOf<'consent.answered'>, entry: EntryAs<'consent.answered'>): Comparison {
  if (says.requestId !== entry.requestId) return 'apart';
  if (!sameText(says, entry)) return 'other-text';
  // The broker can narrow an answer: to what is still asked, and to what the picture allows.
  const same =
    says.mode === entry.mode &&
    entry.allowed.every((tool) => says.allowed.includes(tool)) &&
    entry.refused.every((tool) => says.refused.includes(tool) || needsView(tool));
  return same ? 'agrees' : 'other-answer';
}

function compareWatching(says: SaysOf<'watching.answered'>, entry: EntryAs<'watching.answered'>): Comparison {
  if (says.watchingId !== entry.watchingId) return 'apart';
  if (says.watcherSha256 !== entry.watcherSha256) return 'other-person';
  return says.allowed === entry.allowed && says.mode === entry.mode ? 'agrees' : 'other-answer';
}

function comparePassing(says: SaysOf<'passing.answered'>, entry: EntryAs<'passing.answered'>): Comparison {
  if (says.passingId !== entry.passingId) return 'apart';
  if (says.successorSha256 !== entry.successorSha256) return 'other-person';
  return says.allowed === entry.allowed && says.mode === entry.mode ? 'agrees' : 'other-answer';
}

/** Whoever takes the picture back, or takes it back from everybody, need not name each who saw it. */
const endsWatching = (says: Says, entry: EntryAs<'watching.ended'>): boolean =>
  (says.type === 'watching.stopped' && says.watchingId === entry.watchingId) ||
  (says.type === 'grant.revoked' && says.tool === 'view' && entry.reason === 'no-picture');

function compareFile(says: SaysOf<'file.finished'>, entry: EntryAs<'file.finished'>): Comparison {
  if (says.fileId !== entry.fileId) return 'apart';
  if (says.sha256 !== entry.sha256) return 'other-hash';
  return says.outcome === entry.outcome && says.bytes === entry.bytes ? 'agrees' : 'other-file';
}

const sameText = (
  said: { textVersion: string; textSha256: string },
  shown: { textVersion: string; textSha256?: string | undefined },
): boolean => said.textVersion === shown.textVersion && said.textSha256 === shown.textSha256;
