import type { EntryOf } from '../../protocol/record.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import { isGranted, withStanding } from '../consent/grant.ts';
import type { Session } from './session.ts';
import { cancelUnfinished } from './session-files.ts';

/** What a session's entries tell of the way to a program. */
export interface HandOverSoFar {
  /** The technician asked for these and has no answer. */
  readonly asked?: readonly Tool[];
  /** What they asked for last, whatever was answered. */
  readonly wanted?: readonly Tool[];
  readonly refusedAt?: string;
  /** How many the customer was given. */
  readonly tickets: number;
}

type HandOverEntry = EntryOf<'hand-over.asked' | 'hand-over.begun' | 'hand-over.refused'>;

export function handOverAfter(before: HandOverSoFar, entry: HandOverEntry): HandOverSoFar {
  const { wanted, tickets } = before;
  const still = wanted && { wanted };
  switch (entry.type) {
    case 'hand-over.asked':
      return { asked: entry.tools, wanted: entry.tools, tickets };
    case 'hand-over.begun':
      return { ...still, tickets: tickets + 1 };
    case 'hand-over.refused':
      return { ...still, refusedAt: entry.at, tickets };
  }
}

/** The session with its new agent: what was asked of the one before is asked no more, and what it showed is shown no more. */
export function withSuccessor(session: Session, entry: EntryOf<'agent.handed-over'>): Session {
  const { at, computer, agent, agentTokenHash, signingKey, allowed } = entry;
  const capable = (tool: Tool) => agent.capable.includes(tool);
  const { surface: _, customersWord, ...goesOn } = session;
  const off = TOOLS.filter((tool) => {
    const { standing } = session.tools[tool];
    if (standing === 'unable') return capable(tool);
    return standing === 'asked' || (isGranted(session.tools, tool) && !allowed.includes(tool));
  });
  const unable = TOOLS.filter((tool) => !capable(tool));
  return {
    ...goesOn,
    computer,
    agent,
    agentTokenHash,
    signingKey,
    ...(session.signingKey !== undefined && customersWord ? { handedOver: customersWord } : {}),
    pending: [],
    tools: withStanding(withStanding(session.tools, off, 'off', at), unable, 'unable', at),
    handOver: { tickets: session.handOver.tickets },
    files: cancelUnfinished(session.files, at, 'handed-over'),
  };
}
