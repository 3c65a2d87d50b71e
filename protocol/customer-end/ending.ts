import type { EndedBy, EndReason, SessionStatus } from '../session.ts';
import type { AgentSessionState } from '../session-state.ts';

/** How a session ended, as far as this end knows. */
export interface Ending {
  readonly status: SessionStatus;
  readonly endedBy?: EndedBy | undefined;
  readonly endReason?: EndReason | undefined;
}

/** The last state as this end knows it, when the broker did not or cannot tell it itself. */
export function endedState(state: AgentSessionState, ending: Ending): AgentSessionState {
  const { graceEndsAt: _, ...rest } = state;
  return { ...rest, ...ending, pending: [], endedAt: new Date().toISOString() };
}
