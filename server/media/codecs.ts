import type { types } from 'mediasoup';

/** What can be shown or heard with these; the repair of what was lost (RFC 4588) is no codec of its own. */
export function codecsOf({ codecs = [] }: types.RtpCapabilities, kind: types.MediaKind): string[] {
  const names = codecs.filter((each) => each.kind === kind).map(({ mimeType }) => mimeType);
  return [...new Set(names)].filter((name) => !name.toLowerCase().endsWith('/rtx'));
}

/**
 * What a router forwards. It decodes nothing: which one is used is between the ends, the sender's first that both can, and a
 * screen looks best in the first two.
 */
export const ROUTER_CODECS: types.RouterRtpCodecCapability[] = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 },
  { kind: 'video', mimeType: 'video/AV1', clockRate: 90_000 },
  { kind: 'video', mimeType: 'video/VP9', clockRate: 90_000, parameters: { 'profile-id': 0 } },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    // Constrained baseline, level 3.1: what every browser with H.264 has.
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];
