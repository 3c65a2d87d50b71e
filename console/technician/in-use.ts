import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { useStore } from '../shared/store.ts';
import type { SupportSession } from './support-session.ts';

/**
 * Tools in use now. While an end is away the last state is old: then only what still has its lane here is.
 * @param open the tools whose lanes are open at this end.
 */
export function toolsInUse(
  tools: ConsoleSessionState['tools'],
  isAway: boolean,
  open: { has(tool: Tool): boolean },
): Tool[] {
  return TOOLS.filter((tool) => tools[tool].standing === 'in-use' && (!isAway || open.has(tool)));
}

export function useInUse(
  session: SupportSession,
  state: ConsoleSessionState,
): { inUse: readonly Tool[]; isAway: boolean } {
  const { live } = useSignedIn();
  const isAway = useStore(live.status) !== 'online' || state.presence.customer !== 'here';
  const open = useStore(session.lanes.open);
  return { inUse: toolsInUse(state.tools, isAway, open), isAway };
}
