import { z } from 'zod';
import { open } from './classification.ts';
import { ErrorCode } from './errors.ts';
import { Tool } from './tool.ts';

/**
 * Lanes of the path `webrtc`: as SRTP through the broker's media worker (mediasoup) instead of as frames of a WebSocket.
 * Asked for, allowed, closed and recorded like any other lane; only what its ends say to get there is different.
 */

/** How a lane's bytes travel; a lane that names none is relayed over WebSockets. */
export const LanePath = z.literal('webrtc');
export type LanePath = z.infer<typeof LanePath>;

/** A page that has no connection after this long will have none: the tool goes another way. */
export const CONNECT_WITHIN_MS = 3_000;
/** A tool that has no other way wins nothing by giving up so early: a busy computer may still get there. */
export const CONNECT_OR_NOTHING_MS = 10_000;

export const MediaKind = z.enum(['audio', 'video']);
export type MediaKind = z.infer<typeof MediaKind>;

const Id = z.string().min(1).max(64);
/**
 * A word of SDP (RFC 8866, section 9), also of a list in it: these become lines of the description that the other side's
 * browser is given, and whoever could end a line there could write the next one.
 */
const word = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\x21-\x3a\x3c-\x7e]*$/, 'not a word of SDP');
const Name = word(64);
const Small = z.number().int().min(0).max(0xff_ff_ff_ff);
/** Codec and extension parameters: short words and numbers, never structures. */
const Parameters = z
  .record(Name, z.union([word(256), z.number(), z.boolean(), z.null()]))
  .refine((parameters) => Object.keys(parameters).length <= 24, 'too many parameters');
const RtcpFeedback = z.array(z.object({ type: Name, parameter: Name.optional() })).max(16);

export const DtlsParameters = z.object({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z.object({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().regex(/^[\dA-Fa-f]{2}(:[\dA-Fa-f]{2}){19,63}$/),
      }),
    )
    .min(1)
    .max(8),
});
export type DtlsParameters = z.infer<typeof DtlsParameters>;

/** What an end can decode (mediasoup's RtpCapabilities). */
export const RtpCapabilities = z.object({
  codecs: z
    .array(
      z.object({
        kind: MediaKind,
        mimeType: Name,
        preferredPayloadType: Small.optional(),
        clockRate: Small,
        channels: Small.optional(),
        parameters: Parameters.optional(),
        rtcpFeedback: RtcpFeedback.optional(),
      }),
    )
    .max(64),
  headerExtensions: z
    .array(
      z.object({
        kind: MediaKind,
        uri: word(200),
        preferredId: Small,
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64),
});
export type RtpCapabilities = z.infer<typeof RtpCapabilities>;

/** What an end is about to send (mediasoup's RtpParameters). */
export const RtpParameters = z.object({
  mid: word(32).optional(),
  codecs: z
    .array(
      z.object({
        mimeType: Name,
        payloadType: Small,
        clockRate: Small,
        channels: Small.optional(),
        parameters: Parameters.optional(),
        rtcpFeedback: RtcpFeedback.optional(),
      }),
    )
    .min(1)
    .max(8),
  headerExtensions: z
    .array(
      z.object({
        uri: word(200),
        id: Small,
        encrypt: z.boolean().optional(),
        parameters: Parameters.optional(),
      }),
    )
    .max(32),
  encodings: z
    .array(
      z.object({
        ssrc: Small.optional(),
        rid: word(16).optional(),
        codecPayloadType: Small.optional(),
        rtx: z.object({ ssrc: Small }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: word(16).optional(),
        scaleResolutionDownBy: z.number().min(1).max(64).optional(),
        maxBitrate: Small.optional(),
      }),
    )
    .min(1)
    .max(3),
  rtcp: z.object({ cname: word(128).optional(), reducedSize: z.boolean().optional() }),
});
export type RtpParameters = z.infer<typeof RtpParameters>;

/** Spends the ticket of a pass whose path is `webrtc`. The answer is a MediaJoined. */
export const MediaJoin = z.object({ type: z.literal('media.join'), ticket: z.string().max(100) });

const onLane = { laneId: z.uuid() };
const onTransport = { ...onLane, transportId: Id };

/** The page's half of the DTLS handshake; from here on it has CONNECT_WITHIN_MS. */
export const MediaConnect = z.object({
  type: z.literal('media.connect'),
  ...onTransport,
  dtlsParameters: DtlsParameters,
});
/** Begins to send. Answered by `{producerId}` when the lane is open, which its entry is durable for. */
export const MediaProduce = z.object({
  type: z.literal('media.produce'),
  ...onTransport,
  kind: MediaKind,
  rtpParameters: RtpParameters,
});
/** Ready to receive what the other side sends: each stream comes as `media.offered`. */
export const MediaReceive = z.object({
  type: z.literal('media.receive'),
  ...onLane,
  rtpCapabilities: RtpCapabilities,
});
/** The stream that was offered may flow: this end is ready for its first frame. */
export const MediaResume = z.object({ type: z.literal('media.resume'), ...onLane, consumerId: Id });
/** Sends nothing for now, or again. The other side is told. */
export const MediaMute = z.object({ type: z.literal('media.mute'), ...onLane, muted: z.boolean() });
/** The network changed: answered by new `iceParameters` for this transport. */
export const MediaRestart = z.object({ type: z.literal('media.restart'), ...onTransport });
/** What the sender makes right now; the broker cannot know, because it does not look inside. */
export const MediaMeasured = z.object({
  type: z.literal('media.measured'),
  ...onLane,
  width: Small.max(32_768),
  height: Small.max(32_768),
  framesPerSecond: z.number().min(0).max(1_000),
});
/**
 * This end leaves the lane: it is done with it; or the customer takes the tool back, and says so besides; or this browser
 * cannot do it, and the tool goes another way.
 */
export const MediaLeave = z.object({
  type: z.literal('media.leave'),
  ...onLane,
  because: z.enum(['done', 'withdrawn', 'unable', 'no-codec']),
});

/** What both ends of a media lane say. */
export const MediaMessage = z.discriminatedUnion('type', [
  MediaJoin,
  MediaConnect,
  MediaProduce,
  MediaReceive,
  MediaResume,
  MediaMute,
  MediaRestart,
  MediaMeasured,
  MediaLeave,
]);
export type MediaMessage = z.infer<typeof MediaMessage>;

const IceParameters = z.object({
  usernameFragment: z.string(),
  password: z.string(),
  iceLite: z.boolean().optional(),
});
export type IceParameters = z.infer<typeof IceParameters>;
/** The answer to `media.restart`. */
export const RestartedIce = z.looseObject({ iceParameters: IceParameters });

/** One direction of one end, as the page needs it to build its own half. */
export const MediaTransport = z.object({
  id: Id,
  iceParameters: IceParameters,
  iceCandidates: z.array(
    z.object({
      foundation: z.string(),
      priority: z.number(),
      address: z.string(),
      ip: z.string(),
      protocol: z.enum(['udp', 'tcp']),
      port: z.number(),
      type: z.literal('host'),
      tcpType: z.literal('passive').optional(),
    }),
  ),
  dtlsParameters: DtlsParameters,
});
export type MediaTransport = z.infer<typeof MediaTransport>;

export const IceServer = z.object({
  urls: z.array(z.string()),
  username: z.string(),
  credential: z.string(),
});
export type IceServer = z.infer<typeof IceServer>;

export const MediaJoined = z.object({
  ...onLane,
  tool: Tool,
  rtpCapabilities: RtpCapabilities,
  /** For what this end sends; absent where it sends nothing with this tool. */
  send: MediaTransport.optional(),
  receive: MediaTransport.optional(),
  iceServers: z.array(IceServer),
});
export type MediaJoined = z.infer<typeof MediaJoined>;

/** What an end is told without asking. */
export const MediaOffered = z.object({
  type: z.literal('media.offered'),
  ...onLane,
  consumerId: Id,
  producerId: Id,
  kind: MediaKind,
  rtpParameters: RtpParameters,
});
export const MediaMuted = z.object({ type: z.literal('media.muted'), ...onLane, muted: z.boolean() });
/** The other end can show none of what this one sends, and has these codecs (`video/VP8`): it is sent anew in one of them. */
export const MediaWanted = z.object({
  type: z.literal('media.wanted'),
  ...onLane,
  codecs: z.array(Name).max(64),
});
/** The lane is over, and why: what a close frame says on a WebSocket. */
export const MediaClosed = z.object({
  type: z.literal('media.closed'),
  ...onLane,
  tool: Tool,
  code: ErrorCode,
});
export const MEDIA_NEWS = [MediaOffered, MediaMuted, MediaWanted, MediaClosed] as const;
export const MediaNews = z.discriminatedUnion('type', MEDIA_NEWS);
export type MediaNews = z.infer<typeof MediaNews>;
export const isMediaNews = <Message extends { type: string }>(
  message: Message,
): message is Extract<Message, { type: MediaNews['type'] }> =>
  MEDIA_NEWS.some(({ shape }) => shape.type.value === message.type);

/** What the record says of a media lane's stream when it closes: packets as the broker counted them, the picture as its sender said. */
export const MediaFigures = z.object({
  packets: open(z.number().int()),
  packetsLost: open(z.number().int()),
  width: open(z.number().int().optional()),
  height: open(z.number().int().optional()),
  framesPerSecond: open(z.number().optional()),
});
export type MediaFigures = z.infer<typeof MediaFigures>;

/** What a page tried that its session did not allow: it did not happen. */
export const MediaFault = z.enum(['no-grant', 'foreign', 'parameters']);
export type MediaFault = z.infer<typeof MediaFault>;
