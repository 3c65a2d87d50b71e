import { createHmac } from 'node:crypto';
import type { IceServer } from '../../protocol/media.ts';
import type { MediaSettings } from '../config.ts';

/** As long as a session may wait for a technician, and a morning's work besides. */
const VALID_SECONDS = 4 * 60 * 60;

/**
 * A TURN server's time-limited credentials (draft-uberti-behave-turn-rest-00, coturn's `use-auth-secret`): it checks them
 * by the secret that it shares with this broker, and asks nobody.
 */
export function iceServers(
  { turn }: Pick<MediaSettings, 'turn'>,
  sessionId: string,
  nowMs: number,
): IceServer[] {
  if (!turn) return [];
  const username = `${Math.floor(nowMs / 1000) + VALID_SECONDS}:${sessionId}`;
  const credential = createHmac('sha1', turn.secret).update(username).digest('base64');
  return [{ urls: [...turn.urls], username, credential }];
}
