import type { Device, types } from 'mediasoup-client';

/** Best first for a screen: VP9 is sharp at few bits and has layers. H.264 is for browsers that have nothing else. */
const SCREEN_CODECS = ['video/vp9', 'video/av1', 'video/vp8', 'video/h264'];
/**
 * Chromium's AV1 knows what screens consist of: its pictures come sooner than in VP9, for less of a processor
 * (bench/browser-picture.ts).
 */
const CHROMIUMS_SCREEN_CODECS = ['video/av1', 'video/vp9', 'video/vp8', 'video/h264'];
/** Without it nobody but a decoder can tell where a picture in AV1 begins, and the worker passes none on. */
const AV1_DESCRIPTOR = 'dependency-descriptor-rtp-header-extension';
/** Enough for text in motion at 1920 x 1080; a still screen takes next to nothing. */
const MAX_SCREEN_BITRATE = 6_000_000;
/** Mono speech with room for the repairs that Opus sends along; a pause takes next to nothing. */
const MAX_VOICE_BITRATE = 32_000;

/** Two browsers that can be reached and show nothing of each other. */
export class NoCodec extends Error {
  override readonly name = 'NoCodec';
}

/**
 * How a track is sent, in one of the codecs that are `wanted`, where that is known. Screens sharp before smooth, in layers of time, so that a slow watcher gets fewer pictures and not worse ones.
 * @throws NoCodec where this browser has none of the codecs that are wanted
 */
export function sendingOf(
  track: MediaStreamTrack,
  device: Device,
  wanted?: readonly string[],
): types.ProducerOptions {
  if (track.kind === 'audio')
    return {
      track,
      encodings: [{ maxBitrate: MAX_VOICE_BITRATE }],
      codecOptions: {
        opusDtx: true,
        opusFec: true,
        opusStereo: false,
        opusMaxAverageBitrate: MAX_VOICE_BITRATE,
      },
      ...ownTrack,
    };
  // Resolution before frame rate: what is read must be sharp.
  track.contentHint = 'detail';
  const codec = screenCodec(device, wanted);
  const layers = codec?.mimeType.toLowerCase() === 'video/h264' ? {} : { scalabilityMode: 'L1T3' };
  return {
    track,
    encodings: [{ maxBitrate: MAX_SCREEN_BITRATE, ...layers }],
    codecOptions: { videoGoogleStartBitrate: 3_000 },
    ...(codec ? { codec } : {}),
    onRtpSender: (sender: RTCRtpSender) => {
      const parameters = sender.getParameters() as RTCRtpSendParameters & { degradationPreference?: string };
      parameters.degradationPreference = 'maintain-resolution';
      // A browser that does not know the wish goes by the content hint.
      sender.setParameters(parameters).catch(() => {});
    },
    ...ownTrack,
  };
}

/** The track is its owner's: it is shown elsewhere too, or sent again over another lane. */
const ownTrack = { stopTracks: false, disableTrackOnPause: false, zeroRtpOnPause: true } as const;

function screenCodec(
  { handlerName, sendRtpCapabilities: { codecs = [], headerExtensions = [] } }: Device,
  wanted?: readonly string[],
): types.RtpCodecCapability | undefined {
  const describesAv1 = headerExtensions.some(({ uri }) => uri.endsWith(AV1_DESCRIPTOR));
  const usual = handlerName.startsWith('Chrome') ? CHROMIUMS_SCREEN_CODECS : SCREEN_CODECS;
  const ours = usual.filter((name) => name !== 'video/av1' || describesAv1);
  const isWanted = new Set((wanted ?? ours).map((name) => name.toLowerCase()));
  const codec = ours
    .filter((name) => isWanted.has(name))
    .map((name) => codecs.find(({ mimeType }) => mimeType.toLowerCase() === name))
    .find((each) => each !== undefined);
  if (wanted && !codec) throw new NoCodec('this browser has none of the codecs of the other one');
  return codec;
}
