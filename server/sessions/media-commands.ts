import type * as media from '../../protocol/media.ts';
import type { MediaFault } from '../../protocol/media.ts';
import { MEDIA_TOOLS, type Tool } from '../../protocol/tool.ts';
import { isGranted, wasGranted } from '../consent/grant.ts';
import type { LaneRegistry, Party } from '../lanes/lane-registry.ts';
import type { MediaEnd } from '../lanes/media-path.ts';
import { Refusal } from '../refusal.ts';
import type { LiveSession } from './live-session.ts';
import { mayUse } from './may-use.ts';
import { isOver, type Session } from './session.ts';

type Of<Message extends { _zod: { output: unknown } }> = Message['_zod']['output'];

/** Of one person in a session: somebody who goes on trying fills no record. */
const MAX_FAULTS_RECORDED = 20;

interface MediaContext {
  readonly live: LiveSession;
  readonly lanes: LaneRegistry;
}

/**
 * What everybody may do with a lane of the path `webrtc`. Whose end it is comes from the connection (`partyOf`), never from
 * the message.
 */
export function mediaCommands<Context extends MediaContext>(partyOf: (context: Context) => Party) {
  /** A lane that is over is no fault: its page may not have heard of it yet. */
  const endOf = (context: Context, laneId: string): Promise<MediaEnd> => {
    const { live, lanes } = context;
    const party = partyOf(context);
    return noting(live, party, undefined, async () => lanes.mediaEnd(live.session.id, party, laneId));
  };

  return {
    'media.join': async ({ ticket }: Of<typeof media.MediaJoin>, context: Context) => {
      const { live, lanes } = context;
      const party = partyOf(context);
      return noting(live, party, undefined, () => lanes.joinMedia(live.session.id, party, ticket));
    },
    'media.connect': async (message: Of<typeof media.MediaConnect>, context: Context) => {
      const end = await endOf(context, message.laneId);
      await noting(context.live, partyOf(context), end.joined.tool, () => end.connect(message));
      return undefined;
    },
    /** Asked here, and the lane itself lets nothing through before its opening is in the record. */
    'media.produce': async (message: Of<typeof media.MediaProduce>, context: Context) => {
      const { live } = context;
      const party = partyOf(context);
      await noting(live, party, undefined, async () => mayUseAny(live.session));
      const end = await endOf(context, message.laneId);
      const { tool } = end.joined;
      return noting(live, party, tool, async () => {
        mayUse(live.session, tool);
        return end.produce(message);
      });
    },
    'media.receive': async (message: Of<typeof media.MediaReceive>, context: Context) => {
      await (await endOf(context, message.laneId)).receive(message);
      return undefined;
    },
    'media.resume': async (message: Of<typeof media.MediaResume>, context: Context) => {
      await (await endOf(context, message.laneId)).resume(message);
      return undefined;
    },
    'media.mute': async (message: Of<typeof media.MediaMute>, context: Context) => {
      await (await endOf(context, message.laneId)).mute(message);
      return undefined;
    },
    'media.restart': async (message: Of<typeof media.MediaRestart>, context: Context) => {
      const end = await endOf(context, message.laneId);
      return noting(context.live, partyOf(context), end.joined.tool, () => end.restart(message));
    },
    'media.measured': async (message: Of<typeof media.MediaMeasured>, context: Context) => {
      (await endOf(context, message.laneId)).measured(message);
      return undefined;
    },
    'media.leave': async (message: Of<typeof media.MediaLeave>, context: Context) => {
      (await endOf(context, message.laneId)).leave(message);
      return undefined;
    },
  };
}

function mayUseAny(session: Session): void {
  if (!MEDIA_TOOLS.some((tool) => isGranted(session.tools, tool)))
    throw new Refusal('consent.missing', 'The customer has not allowed this.');
}

const FAULT_OF: Partial<Record<string, MediaFault>> = {
  'consent.missing': 'no-grant',
  'permission.missing': 'foreign',
  'request.invalid': 'parameters',
};

/** What a page tries beyond its rights, with a lie or with what is somebody else's, is in the record; it happens in no case. What comes too late is only refused. */
async function noting<Result>(
  live: LiveSession,
  { side, watchingId }: Party,
  tool: Tool | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const fault = error instanceof Refusal ? FAULT_OF[error.code] : undefined;
    const isLate =
      fault === 'no-grant' &&
      (tool ? [tool] : MEDIA_TOOLS).some((each) => wasGranted(live.session.tools, each, live.now()));
    const { session, mediaFaults } = live;
    // Nobody who watches, or had the session before, uses up what is written down of another.
    const who = side === 'customer' ? side : (watchingId ?? session.technician.userId);
    const recorded = mediaFaults.get(who) ?? 0;
    if (fault && !isLate && !isOver(session) && recorded < MAX_FAULTS_RECORDED) {
      mediaFaults.set(who, recorded + 1);
      await live.widen(({ id: sessionId }) => [
        {
          type: 'media.refused',
          sessionId,
          side,
          ...(watchingId === undefined ? {} : { watchingId }),
          ...(tool ? { tool } : {}),
          fault,
        },
      ]);
    }
    throw error;
  }
}
