import type { LocalState } from '../../../protocol/local-page.ts';
import { OPEN_STATUSES } from '../../../protocol/session.ts';
import { TOOLS, type Tool } from '../../../protocol/tool.ts';

type PendingConsent = LocalState['session']['pending'][number];

/** What the customer's page shows, one thing at a time. */
export type Phase =
  | { readonly name: 'connecting' }
  /** The first question: nothing was allowed yet. */
  | { readonly name: 'card'; readonly request: PendingConsent }
  /** Answered, or not asked yet: the technician has to do the next step. */
  | { readonly name: 'waiting' }
  /** `requests`: more tools asked for meanwhile, oldest first. */
  | { readonly name: 'session'; readonly requests: readonly PendingConsent[] }
  /** In a program, which took over from this page. */
  | { readonly name: 'went-on' }
  | { readonly name: 'over' };

export function phaseOf(state: LocalState | undefined): Phase {
  if (state === undefined) return { name: 'connecting' };
  const { link, session, inUse } = state;
  if (state.wentOn) return { name: 'went-on' };
  if (link === 'over') return { name: 'over' };
  // Whatever the server says: while something is open here, its Stop has to be in sight.
  if (inUse.length > 0 || state.watchedBy.length > 0) return { name: 'session', requests: session.pending };
  if (!OPEN_STATUSES.includes(session.status)) return { name: 'over' };
  if (session.status === 'active') return { name: 'session', requests: session.pending };
  const [first] = session.pending;
  return first === undefined ? { name: 'waiting' } : { name: 'card', request: first };
}

/** Where a tool stands for its customer. `in-use` comes from this computer's own lanes, not from the server's word. */
export type ToolLook = 'in-use' | 'allowed' | 'asked' | 'stopped' | 'refused' | 'returned' | 'unable' | 'off';

export function lookOf(tool: Tool, { session, inUse }: LocalState): ToolLook {
  if (inUse.includes(tool)) return 'in-use';
  switch (session.tools[tool].standing) {
    case 'in-use':
    case 'granted':
      return 'allowed';
    case 'revoked':
      return 'stopped';
    case 'asked':
      return 'asked';
    case 'refused':
      return 'refused';
    case 'returned':
      return 'returned';
    case 'unable':
      return 'unable';
    case 'off':
      return 'off';
  }
}

/** The switch of a tool is on. */
export const isAllowed = (look: ToolLook): boolean => look === 'in-use' || look === 'allowed';

export const toolsInUse = ({ inUse }: LocalState): Tool[] => TOOLS.filter((tool) => inUse.includes(tool));

/**
 * Seconds until a question counts as refused. The server's clock and this computer's may differ by hours: when the
 * deadline is not within the question's own length of now, the time since the page saw it counts instead.
 */
export function secondsLeft(
  request: Pick<PendingConsent, 'askedAt' | 'expiresAt'>,
  seenAtMs: number,
  nowMs: number,
): number {
  const expiresMs = Date.parse(request.expiresAt);
  const lengthMs = expiresMs - Date.parse(request.askedAt);
  const byClockMs = expiresMs - nowMs;
  const clocksAgree = expiresMs - seenAtMs > 0 && expiresMs - seenAtMs <= lengthMs + 2000;
  const leftMs = clocksAgree ? byClockMs : seenAtMs + lengthMs - nowMs;
  return Math.max(0, Math.ceil(Math.min(leftMs, lengthMs) / 1000));
}
