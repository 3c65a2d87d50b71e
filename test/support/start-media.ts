import { createLog } from '../../server/log.ts';
import { MediaRooms } from '../../server/media/media-rooms.ts';
import { MediaWorkers } from '../../server/media/media-workers.ts';
import type { FakeClock } from './fake-clock.ts';

export interface RunningMedia {
  readonly workers: MediaWorkers;
  readonly rooms: MediaRooms;
  close(): Promise<void>;
}

/** mediasoup's real worker, at ports of its own choice. */
export async function startMedia(clock: FakeClock): Promise<RunningMedia> {
  const settings = {
    listenIp: '127.0.0.1',
    announcedAddress: undefined,
    firstPort: 0,
    isPortGiven: false,
    turn: undefined,
  };
  const log = createLog('silent');
  const workers = new MediaWorkers({ settings, clock, log, most: 1 });
  await workers.start();
  return {
    workers,
    rooms: new MediaRooms({
      workers,
      settings,
      log,
      clock,
    }),
    close: () => workers.close(),
  };
}

/** A picture as a page would announce it; nothing is ever sent. */
export const vp8 = (ssrc = 1111) => ({
  mid: '0',
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 101,
      clockRate: 90_000,
      parameters: {},
      rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
    },
  ],
  headerExtensions: [],
  encodings: [{ ssrc }],
  rtcp: { cname: 'page', reducedSize: true },
});

/** The same from a page that has nothing else. */
export const h264 = (ssrc = 1111) => ({
  ...vp8(ssrc),
  codecs: [
    {
      mimeType: 'video/H264',
      payloadType: 102,
      clockRate: 90_000,
      parameters: {
        'packetization-mode': 1,
        'profile-level-id': '42e01f',
        'level-asymmetry-allowed': 1,
      },
      rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
    },
  ],
});

/** Sound as a page would announce it; nothing is ever sent. */
export const opus = (ssrc = 1111) => ({
  mid: '0',
  codecs: [
    {
      mimeType: 'audio/opus',
      payloadType: 111,
      clockRate: 48_000,
      channels: 2,
      parameters: { useinbandfec: 1, usedtx: 1 },
      rtcpFeedback: [],
    },
  ],
  headerExtensions: [],
  encodings: [{ ssrc, dtx: true }],
  rtcp: { cname: 'page', reducedSize: true },
});
