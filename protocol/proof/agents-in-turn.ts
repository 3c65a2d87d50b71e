import type { EntryOf, SessionEntry } from '../record.ts';

/** How the customer's first agent came. */
export const joinOf = (entries: readonly SessionEntry[]): EntryOf<'session.joined'> | undefined =>
  entries.find((entry) => entry.type === 'session.joined');

/**
 * The keys of a session's agents, one after the other. The answer tells of one of `entries` whose it is: the key of the
 * agent that was there when it was written, and of a hand-over the one that handed over. None for an agent without a key.
 * Whoever writes `session.joined` a second time brings no other agent in.
 */
export function agentKeys(entries: readonly SessionEntry[]): (entry: SessionEntry) => string | undefined {
  // By the entry itself: whoever writes a log may give two of them one id.
  const keys = new Map<SessionEntry, string | undefined>();
  const first = joinOf(entries);
  let key: string | undefined;
  for (const entry of entries) {
    if (entry === first) key = entry.signingKey;
    keys.set(entry, key);
    if (entry.type === 'agent.handed-over') key = entry.signingKey;
  }
  return (entry) => keys.get(entry);
}
