import type { PendingConsent } from '../../protocol/consent.ts';
import type { EntryOf } from '../../protocol/record.ts';
import type { Tool } from '../../protocol/tool.ts';
import { isGranted, type ToolStates, withStanding } from '../consent/grant.ts';
import type { Session } from './session.ts';
import { cancelUnfinished } from './session-files.ts';

type ConsentEntry = EntryOf<
  'consent.requested' | 'consent.answered' | 'consent.volunteered' | 'grant.revoked'
>;

/** The session after something was asked of its customer, answered, or taken back. `isOver`: nothing opens any more. */
export function withConsent(session: Session, entry: ConsentEntry, isOver: boolean): Session {
  const { at } = entry;
  switch (entry.type) {
    case 'consent.requested': {
      if (isOver) return session;
      const { requestId, tools, expiresAt } = entry;
      return {
        ...session,
        tools: withStanding(session.tools, tools, 'asked', at),
        pending: [...session.pending, { requestId, tools, askedAt: at, expiresAt }],
      };
    }
    case 'consent.answered': {
      const refused = withStanding(session.tools, entry.refused, 'refused', at);
      return {
        ...session,
        pending: session.pending.filter(({ requestId }) => requestId !== entry.requestId),
        tools: isOver ? refused : granted(refused, entry.allowed, at),
        answeredInAdvance: session.answeredInAdvance || entry.mode === 'in-advance',
      };
    }
    case 'consent.volunteered':
      return {
        ...session,
        tools: isOver ? session.tools : granted(session.tools, [entry.tool], at),
        pending: withoutTool(session.pending, entry.tool),
      };
    case 'grant.revoked': {
      const standing = entry.by === 'customer' ? 'revoked' : 'returned';
      return {
        ...session,
        tools: withStanding(session.tools, [entry.tool], standing, at),
        files: cancelUnfinished(session.files, at, 'tool-withdrawn', entry.tool),
        ...(entry.tool === 'view' ? { surface: undefined } : {}),
      };
    }
  }
}

function granted(tools: ToolStates, allowed: readonly Tool[], at: string): ToolStates {
  const idle = allowed.filter((tool) => !isGranted(tools, tool));
  return withStanding(tools, idle, 'granted', at);
}

function withoutTool(pending: readonly PendingConsent[], tool: Tool): PendingConsent[] {
  return pending
    .map((question) => ({ ...question, tools: question.tools.filter((asked) => asked !== tool) }))
    .filter(({ tools }) => tools.length > 0);
}
