import { ConfigError } from '../config.ts';
import { MediaPortProblem } from './media-port.ts';
import { MediaRooms } from './media-rooms.ts';
import { MediaWorkers, type MediaWorkersParts } from './media-workers.ts';

/**
 * A worker that is not there, or does not start, is no reason to stop: pictures take the slower way.
 * @throws ConfigError for a port that was asked for and cannot be used.
 */
export async function startMedia(parts: MediaWorkersParts) {
  const { settings, log } = parts;
  const workers = new MediaWorkers(parts);
  try {
    await workers.start();
  } catch (error) {
    if (!(error instanceof MediaPortProblem))
      log.error({ err: error }, 'the media worker does not start: everything works but WebRTC');
    else if (settings.isPortGiven) throw new ConfigError(`COUNTERSIGN_MEDIA_PORT: ${error.message}`);
    else
      log.warn(
        { err: error },
        'the port after COUNTERSIGN_PORT is taken: everything works but WebRTC. Name a free one: COUNTERSIGN_MEDIA_PORT',
      );
  }
  return { workers, rooms: new MediaRooms({ ...parts, workers }) };
}
