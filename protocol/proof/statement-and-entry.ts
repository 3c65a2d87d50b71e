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
      return 'customer';
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
 * and whoever reads the record asks again. `customerKey`: of the agent that joined.
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

function compareFile(says: SaysOf<'file.finished'>, entry: EntryAs<'file.finished'>): Comparison {
  if (says.fileId !== entry.fileId) return 'apart';
  if (says.sha256 !== entry.sha256) return 'other-hash';
  return says.outcome === entry.outcome && says.bytes === entry.bytes ? 'agrees' : 'other-file';
}

const sameText = (
  said: { textVersion: string; textSha256: string },
  shown: { textVersion: string; textSha256?: string | undefined },
): boolean => said.textVersion === shown.textVersion && said.textSha256 === shown.textSha256;
