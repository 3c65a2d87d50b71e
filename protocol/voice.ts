import { z } from 'zod';

/** Why nobody can talk: the broker has no media worker, or no way led to it from both pages. */
export const VoiceObstacle = z.enum(['no-worker', 'unreachable']);
export type VoiceObstacle = z.infer<typeof VoiceObstacle>;

/** `not-allowed`: the browser's question was answered with no. `none`: there is no microphone. `not-possible`: the browser or its system cannot. */
export const NoMicrophone = z.enum(['not-allowed', 'none', 'not-possible']);
export type NoMicrophone = z.infer<typeof NoMicrophone>;

/** `loaded-anew`: the customer's page was, and a browser gives the microphone only to the page that asked for it. */
export const MicrophoneOff = z.enum([...NoMicrophone.options, 'loaded-anew']);
export type MicrophoneOff = z.infer<typeof MicrophoneOff>;

/**
 * The customer pressed yes to the voice, and their browser gave no microphone: nothing is answered yet. `loaded-anew`: it
 * was answered, and they have to press once more.
 */
export const MicrophoneRefused = z.object({ type: z.literal('microphone.refused'), reason: MicrophoneOff });

/** What a session knows of it; absent while nothing stands in the way. */
export const VoiceState = z.object({
  obstacle: VoiceObstacle.optional(),
  noMicrophone: MicrophoneOff.optional(),
});
export type VoiceState = z.infer<typeof VoiceState>;
