import type { VoiceObstacle } from '../../protocol/voice.ts';
import { Refusal } from '../refusal.ts';

const SENTENCES: Record<VoiceObstacle, string> = {
  'no-worker': 'Voice is not available: this server has no media worker right now.',
  unreachable:
    'Voice is not available: no direct way was found. Give it back and ask again to try once more.',
};

/** For a tool that has no other way. */
export const noVoice = (obstacle: VoiceObstacle): Refusal =>
  new Refusal('media.unavailable', SENTENCES[obstacle]);
