import type { NewSessionEntry } from '../../protocol/record.ts';
import type { Tool } from '../../protocol/tool.ts';
import type { MicrophoneOff, VoiceState } from '../../protocol/voice.ts';
import { isGranted } from '../consent/grant.ts';
import { noVoice } from '../lanes/no-voice.ts';
import { Refusal } from '../refusal.ts';
import type { LiveSession } from './live-session.ts';
import { inOpenSession, isOver, type Session } from './session.ts';

/** More often than anybody looks for a microphone. */
export const MAX_MICROPHONE_REFUSALS = 20;

/**
 * The customer wanted to talk, and their browser gave no microphone, or gave it to a page that is gone; nothing is written
 * of the same reason twice.
 * @throws Refusal `session.over`, `request.out-of-order` when nobody asks for the voice, or it is not allowed, and for one that never stops.
 */
export function decideNoMicrophone(session: Session, reason: MicrophoneOff): NewSessionEntry[] {
  inOpenSession(session);
  const isExpected =
    reason === 'loaded-anew' ? isGranted(session.tools, 'voice') : session.tools.voice.standing === 'asked';
  if (!isExpected) throw new Refusal('request.out-of-order', 'Nobody waits for this microphone.');
  if (missing(session) === reason) return [];
  if ((session.noMicrophone?.times ?? 0) >= MAX_MICROPHONE_REFUSALS)
    throw new Refusal('request.out-of-order', 'This was said often enough in this session.');
  return [{ type: 'microphone.refused', sessionId: session.id, reason }];
}

/** What cannot be had nobody is asked for: a yes would lead to nothing. @throws Refusal `media.unavailable` when nothing is left. */
export function toBeHad(live: LiveSession, wished: readonly Tool[]): Tool[] {
  const left = wished.filter((tool) => live.obstacle(tool) === undefined);
  const [first] = wished;
  const obstacle = first && left.length === 0 ? live.obstacle(first) : undefined;
  if (obstacle) throw noVoice(obstacle);
  return left;
}

/** What both sides read of it. */
export function voiceState(live: LiveSession): VoiceState | undefined {
  const { session } = live;
  if (isOver(session) || session.tools.voice.standing === 'unable') return undefined;
  const obstacle = live.obstacle('voice');
  const noMicrophone = missing(session);
  if (!obstacle && !noMicrophone) return undefined;
  return { ...(obstacle ? { obstacle } : {}), ...(noMicrophone ? { noMicrophone } : {}) };
}

/** Of the question that is open now, or of the grant that waits for its lane. */
function missing({ tools: { voice }, noMicrophone }: Session): MicrophoneOff | undefined {
  if (!noMicrophone || noMicrophone.isBack || noMicrophone.at < voice.since) return undefined;
  const { reason } = noMicrophone;
  return voice.standing === (reason === 'loaded-anew' ? 'granted' : 'asked') ? reason : undefined;
}
