import { z } from 'zod';
import { ChatMessage } from '../chat.ts';
import { LocalState } from '../local-page.ts';
import { Successor } from '../passing.ts';
import { Tool } from '../tool.ts';

/** A lane that was open when this end went away for a moment, and what had gone over it. */
export const LeftLane = z.object({
  tool: Tool,
  laneId: z.uuid(),
  sent: z.number().int(),
  received: z.number().int(),
});
export type LeftLane = z.infer<typeof LeftLane>;

/** Whom the customer let go on in the technician's place, while they have not come. */
export const LetGoOn = z.object({ passingId: z.uuid(), successor: Successor });
export type LetGoOn = z.infer<typeof LetGoOn>;

/** Who helps. */
export interface KeptHelp {
  readonly technician: Successor;
  readonly next?: LetGoOn | undefined;
}

/** The conversation: what was said, what waits for a lane of those, and what a lane took lately. */
export const Talk = z.object({
  said: LocalState.shape.chat,
  waiting: z.array(ChatMessage),
  given: z.array(ChatMessage),
  /** Whose lane that was. */
  givenTo: z.string().optional(),
});
export type Talk = z.infer<typeof Talk>;

/** What an end that can be loaded anew goes on from, and where it keeps that. Kept before anything follows from it. */
export interface KeptEnd {
  readonly allowed: readonly Tool[];
  /** Who may watch. */
  readonly watchers: readonly string[];
  /** Absent before the first state. */
  readonly help?: KeptHelp | undefined;
  /** What was used: something went over a lane of it. */
  readonly used: readonly Tool[];
  readonly lastNumber: number;
  readonly left: readonly LeftLane[];
  /** Absent before the first word. */
  readonly talk?: Talk | undefined;
  keepAllowed(allowed: readonly Tool[]): void;
  keepWatchers(watchers: readonly string[]): void;
  keepHelp(help: KeptHelp): void;
  keepNumber(lastNumber: number): void;
  keepTalk(talk: Talk): void;
}
