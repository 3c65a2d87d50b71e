import { type AccountReports, accountsOf } from '../../protocol/proof/account.ts';
import { digestInputOf } from '../../protocol/proof/named-by-digest.ts';
import type { Entry, RecordType } from '../../protocol/record.ts';
import { isStory } from '../../protocol/session-fold.ts';
import type { Signatures } from '../../protocol/signatures.ts';
import { sha256 } from './node-signatures.ts';

/**
 * How far both ends signed what a session's entries tell; nothing of a session that goes on, or that nobody joined. That each
 * signature is right was checked before it was logged: `verify` and who opens the session's page check it anew.
 */
export function signaturesOf(entries: readonly Entry[]): Signatures | undefined {
  const story = entries.filter(isStory);
  if (!story.some(({ type }) => type === 'session.ended')) return undefined;
  return stateOf(
    accountsOf(
      story,
      () => true,
      (entry) => sha256(digestInputOf(entry)),
    ).reports,
  );
}

/** Entries that come after the end and are nothing that an end signs. */
const BESIDE: readonly RecordType[] = ['session.noted', 'note.written', 'retention.held', 'retention.lifted'];
export const mayChangeSignatures = (type: RecordType): boolean => !BESIDE.includes(type);

function stateOf({ technician, customer }: AccountReports): Signatures | undefined {
  const states = [technician, customer].flatMap((report) => (report === undefined ? [] : [report.state]));
  if (states.length === 0) return undefined;
  if (states.includes('disagrees')) return 'not-as-signed';
  if (states.every((state) => state === 'signed')) return 'signed';
  return states.every((state) => state === 'unsigned') ? 'unsigned' : 'in-part';
}
