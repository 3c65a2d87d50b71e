import { z } from 'zod';
import { stated } from './proof/signed-statement.ts';
import { Instant } from './text.ts';

/** What a customer who joined from a browser chose to show. `unknown`: their browser does not tell. */
export const Surface = z.enum(['window', 'tab', 'screen', 'unknown']);
export type Surface = z.infer<typeof Surface>;

/** `not-chosen`: the browser's question was closed, or answered with no. `not-possible`: the browser or its system cannot. */
export const NothingChosen = z.enum(['not-chosen', 'not-possible']);
export type NothingChosen = z.infer<typeof NothingChosen>;

/** `loaded-anew`: the page was, and no page keeps what it shows: the customer chooses again. */
export const NothingShown = z.enum([...NothingChosen.options, 'loaded-anew']);
export type NothingShown = z.infer<typeof NothingShown>;

/** The customer chose what to show, each time they do: the same kind of surface may be another tab. */
export const SurfaceShared = z.object({ type: z.literal('surface.shared'), surface: Surface, ...stated });

/** Nothing is shown: the browser asked its customer what to show and nothing came of it, or it has to ask again. */
export const SurfaceRefused = z.object({ type: z.literal('surface.refused'), reason: NothingShown });

/** What a session knows of it; absent with an agent that shows the whole screen. */
export const SurfaceState = z.object({
  surface: Surface.optional(),
  refused: NothingShown.optional(),
  since: Instant,
});
export type SurfaceState = z.infer<typeof SurfaceState>;

/** The screen may be allowed, and nothing is shown: no lane is asked for meanwhile. */
export const choosesAgain = ({ surface }: { readonly surface?: SurfaceState | undefined }): boolean =>
  surface?.refused === 'loaded-anew';
