import { z } from 'zod';
import { Instant } from './text.ts';

/** One chat message, as UTF-8 JSON in one message of the `chat` lane. The broker relays it unseen; nothing keeps it. */
export const ChatMessage = z.object({
  id: z.uuid(),
  at: Instant,
  text: z
    .string()
    .min(1)
    .max(4000)
    .transform((text) => text.toWellFormed()),
  /** Only to a program that took over from a browser: what the customer wrote there. All else is from whoever sends it. */
  by: z.literal('customer').optional(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;
