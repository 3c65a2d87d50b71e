import type { ToolStanding, ToolState } from '../../protocol/grant.ts';
import { needsView, TOOLS, type Tool } from '../../protocol/tool.ts';

/** What was sent before its sender knew is here by then. */
const ON_ITS_WAY_MS = 5_000;

/** Where every tool of one session stands. */
export type ToolStates = Readonly<Record<Tool, ToolState>>;

export function toolsAllOff(since: string): ToolStates {
  return Object.fromEntries(TOOLS.map((tool) => [tool, { standing: 'off', since }])) as ToolStates;
}

/** The customer's permission for this tool stands right now. */
export function isGranted(tools: ToolStates, tool: Tool): boolean {
  const { standing } = tools[tool];
  return standing === 'granted' || standing === 'in-use';
}

/** It stands, or stood until it was taken or given back just now: what is on its way for it was begun in good faith. */
export function wasGranted(tools: ToolStates, tool: Tool, now: number): boolean {
  const { standing, since } = tools[tool];
  const isOver = standing === 'revoked' || standing === 'returned';
  return isGranted(tools, tool) || (isOver && now - Date.parse(since) < ON_ITS_WAY_MS);
}

export function grantedTools(tools: ToolStates): Tool[] {
  return TOOLS.filter((tool) => isGranted(tools, tool));
}

/** `changed` with a new standing; a tool that stands there already keeps its `since`, and so does a grant that is used or not. */
export function withStanding(
  tools: ToolStates,
  changed: readonly Tool[],
  standing: ToolStanding,
  since: string,
): ToolStates {
  const moved = changed.filter((tool) => tools[tool].standing !== standing);
  if (moved.length === 0) return tools;
  const isGrant = standing === 'granted' || standing === 'in-use';
  const from = (tool: Tool) => (isGrant && isGranted(tools, tool) ? tools[tool].since : since);
  return {
    ...tools,
    ...Object.fromEntries(moved.map((tool) => [tool, { standing, since: from(tool) }])),
  };
}

/** The tool and those that live inside it: without the picture there is nothing to control. Dependents come first. */
export function withDependents(tool: Tool): Tool[] {
  return tool === 'view' ? [...TOOLS.filter(needsView), 'view'] : [tool];
}
