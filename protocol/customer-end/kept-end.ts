import { z } from 'zod';
import type { Successor } from '../passing.ts';
import { Tool } from '../tool.ts';

/** A lane that was open when this end went away for a moment, and what had gone over it. */
export const LeftLane = z.object({
  tool: Tool,
  laneId: z.uuid(),
  sent: z.number().int(),
  received: z.number().int(),
});
export type LeftLane = z.infer<typeof LeftLane>;

/** What an end that can be loaded anew goes on from, and where it keeps that. Kept before anything follows from it. */
export interface KeptEnd {
  readonly allowed: readonly Tool[];
  /** Who may watch. */
  readonly watchers: readonly string[];
  /** Who helps; absent before the first state. */
  readonly technician?: Successor | undefined;
  readonly lastNumber: number;
  readonly left: readonly LeftLane[];
  keepAllowed(allowed: readonly Tool[]): void;
  keepWatchers(watchers: readonly string[]): void;
  keepTechnician(technician: Successor): void;
  keepNumber(lastNumber: number): void;
}
