import type { CustomerVoice } from '../../../protocol/customer-end/customer-end-parts.ts';
import { PageMediaLane } from '../../shared/media/page-media-lane.ts';
import { t } from '../../shared/strings.ts';
import type { VoiceEnd } from '../../shared/voice/voice-end.ts';

/** Sound has no other path than the page's media lanes. */
export const customerVoice = (voice: VoiceEnd): CustomerVoice => ({
  serve(lane) {
    if (!(lane instanceof PageMediaLane)) throw new Error(t.voice.obstacle.unreachable);
    voice.serve(lane);
    lane.onClose(() => voice.leave(lane));
  },
  release: () => voice.release(),
});
