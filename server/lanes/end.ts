import type { ErrorCode } from '../../protocol/errors.ts';
import type { MediaFigures } from '../../protocol/media.ts';

/**
 * Why an end went: its client said goodbye, took its consent back, broke the rules, or was not heard of any more; for
 * media also: it never got there, has no codec of the other end's, or the worker died.
 */
export type Going =
  | 'done'
  | 'withdrawn'
  | 'protocol'
  | 'connection-lost'
  | 'unreachable'
  | 'no-codec'
  | 'media-worker-died';

/** One side of one lane, on whatever path. Both ends of a lane are of the same kind. */
export interface End {
  /** Payload bytes taken from this side. */
  readonly bytes: number;
  /** Of what this side sends, where it is media. */
  readonly media?: MediaFigures | undefined;
  /** From now on what this side sends goes to `other`, and nothing of it did before. */
  relayTo(other: End): void;
  /** Called every few seconds. */
  beat(): void;
  /** Nothing is taken from this side any more when this returns; it is told why. */
  close(code: ErrorCode): void;
}
