import type { EntryOf } from './record.ts';
import { isBriefAbsence, type ToolUse } from './session-record.ts';
import { TOOLS, type Tool } from './tool.ts';

type Use = { -readonly [Key in keyof ToolUse]: ToolUse[Key] };
type Uses = Use[];
type Decision = NonNullable<ToolUse['decisions']>[number];

/** A lane of the technician's that is open, or was when the session ended and has not said yet what went over it. */
export interface UsingLane {
  readonly tool: Tool;
  readonly openedAt: string;
  /** A use began with it; else it goes on with one that was there. */
  readonly began?: true;
  /** It ended with the session, and what was known of the tool before. */
  stopped?: { readonly at: string; readonly before?: string };
}

/** The tool's line in the record; lines stand in the order of TOOLS. */
export function useOf(uses: Uses, tool: Tool): Use {
  const found = uses.find((use) => use.tool === tool);
  if (found !== undefined) return found;
  const use = unused(tool);
  uses.push(use);
  uses.sort((a, b) => TOOLS.indexOf(a.tool) - TOOLS.indexOf(b.tool));
  return use;
}

export const unused = (tool: Tool): Use => ({
  tool,
  decisions: [],
  uses: 0,
  seconds: 0,
  bytesFromTechnician: 0,
  bytesFromCustomer: 0,
});

/** The last answer counts; what it was before stands in `decisions`. */
export function answerTool(uses: Uses, tool: Tool, given: NonNullable<ToolUse['answer']>, at: string): void {
  const use = useOf(uses, tool);
  use.answer = given;
  use.answeredAt = at;
  decide(use, { at, to: given });
}

export function endGrant(uses: Uses, { tool, by, at }: EntryOf<'grant.revoked'>): void {
  decide(useOf(uses, tool), { at, to: by === 'customer' ? 'taken-back' : 'given-back' });
}

const decide = (use: Use, decision: Decision): void => {
  use.decisions = [...use.decisions, decision];
};

/** @returns what is to be kept of the lane until it closes. `others`: that are open or ended with the session. */
export function beginUse(
  uses: Uses,
  { tool, at }: EntryOf<'lane.opened'>,
  others: readonly UsingLane[],
): UsingLane {
  const use = useOf(uses, tool);
  const lane = { tool, openedAt: at };
  use.firstOpenedAt ??= at;
  if (goesOn(use, others, at)) return lane;
  use.uses += 1;
  return { ...lane, began: true };
}

/** A page that was reloaded, a network that changed, a worker that died: it is one use still, unless it was allowed anew. */
function goesOn({ tool, lastClosedAt, decisions }: Use, others: readonly UsingLane[], at: string): boolean {
  if (others.some((other) => other.tool === tool && other.stopped === undefined)) return true;
  if (lastClosedAt === undefined || !isBriefAbsence(lastClosedAt, at)) return false;
  const decided = decisions.at(-1)?.at;
  return decided === undefined || Date.parse(decided) < Date.parse(lastClosedAt);
}

/** No tool is in use after the end, whatever became of its lane; a late `lane.closed` still tells what went over it. */
export function stopUse(uses: Uses, lane: UsingLane, at: string): void {
  const use = useOf(uses, lane.tool);
  lane.stopped = { at, ...(use.lastClosedAt !== undefined && { before: use.lastClosedAt }) };
  use.lastClosedAt = at;
  use.seconds = toMs(use.seconds + secondsBetween(lane.openedAt, at));
}

/** A lane over which nothing went was no use. One that nobody can tell any more of may have been. */
export function endUse(uses: Uses, closed: EntryOf<'lane.closed'>, lane: UsingLane | undefined): void {
  const use = useOf(uses, closed.tool);
  const { bytesFromTechnician, bytesFromCustomer } = closed;
  use.bytesFromTechnician += bytesFromTechnician ?? 0;
  use.bytesFromCustomer += bytesFromCustomer ?? 0;
  if (lane === undefined) return;
  if (lane.stopped === undefined) stopUse(uses, lane, closed.at);
  if (bytesFromTechnician === 0 && bytesFromCustomer === 0) takeBack(use, lane);
  else {
    // Perhaps it went on with one that was no use after all.
    use.uses = Math.max(use.uses, 1);
    use.firstOpenedAt ??= lane.openedAt;
  }
}

function takeBack(use: Use, { openedAt, began, stopped }: UsingLane): void {
  if (stopped === undefined) return;
  use.seconds = toMs(use.seconds - secondsBetween(openedAt, stopped.at));
  if (use.lastClosedAt === stopped.at) {
    if (stopped.before === undefined) delete use.lastClosedAt;
    else use.lastClosedAt = stopped.before;
  }
  if (!began) return;
  use.uses -= 1;
  if (use.firstOpenedAt === openedAt) delete use.firstOpenedAt;
}

export const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Date.parse(to) - Date.parse(from)) / 1000;

/** Instants have milliseconds, so their sums have. */
const toMs = (seconds: number): number => Math.round(seconds * 1000) / 1000;
