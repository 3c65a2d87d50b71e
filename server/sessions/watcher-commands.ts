import type { FromConsole } from '../../protocol/console-messages.ts';
import type { Handlers } from '../../protocol/handlers.ts';
import type { WatchedState } from '../../protocol/watching.ts';
import type { SignedIn } from '../access/signed-in.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import { Refusal } from '../refusal.ts';
import type { LiveSession } from './live-session.ts';
import { mayUse } from './may-use.ts';
import { mediaCommands } from './media-commands.ts';
import { successorsPassing } from './passing-commands.ts';
import { decideAskToWatch, decideEndWatching, mayWatch } from './watching-decisions.ts';
import { type Watching, watchingOf } from './watchings.ts';

export interface WatcherContext {
  readonly live: LiveSession;
  readonly lanes: LaneRegistry;
  readonly user: SignedIn;
  /** They answer for this session's team: nobody has to invite them. */
  readonly supervises: boolean;
  readonly state: () => WatchedState;
  /** Durable when it resolves: that they read who is helped, and why. @throws Refusal where they do so over and over */
  readonly recordRead: () => Promise<unknown>;
}

/** Whatever a page of theirs says: who watches looks on. */
const notTheirs = async (): Promise<never> => {
  throw new Refusal('permission.missing', 'You watch this session. Only its technician may do this.');
};

/** What somebody may do in a session of another technician. What they may not is here by name, so that a new message is decided about. */
export const watcherCommands: Handlers<FromConsole, WatcherContext> = {
  // Signalling asks for it once for a page that follows, whatever changes or is said while it does.
  'watching.follow': async (_message, { state, recordRead }) => {
    await recordRead();
    return { watched: state() };
  },
  'watching.unfollow': async () => undefined,
  'watching.ask': async (_message, { live, user, supervises, state }) => {
    await live.widen((session, now) => {
      const entries = decideAskToWatch(session, user, supervises, now);
      isFollowed(live, user);
      return entries;
    });
    return { watched: state() };
  },
  'watching.leave': async (_message, { live, user }) => {
    const watching = watchingOf(live.session.watchings, user.userId);
    if (watching)
      await live.narrow((session) => decideEndWatching(session, watching.watchingId, 'watcher', 'left'));
    return undefined;
  },
  'lane.open': async ({ tool }, context) => {
    const { live, lanes, user } = context;
    if (tool !== 'view') return notTheirs();
    const { watchingId } = own(context);
    const { session } = live;
    mayUse(session, tool);
    mayWatch(session, watchingId);
    isFollowed(live, user);
    // Nobody looks on behind the technician's back.
    if (live.presence('technician') !== 'here')
      throw new Refusal('request.out-of-order', 'The technician is not connected right now.');
    const webrtc = session.agent?.webrtc ?? false;
    return lanes.open(session.id, tool, 'technician', { signInId: user.signInId, webrtc, watchingId });
  },
  ...mediaCommands<WatcherContext>((context) => ({
    side: 'technician',
    watchingId: own(context).watchingId,
  })),
  ...successorsPassing,
  'passing.offer': notTheirs,
  'passing.withdraw': notTheirs,
  'session.watch': notTheirs,
  'session.unwatch': notTheirs,
  'session.admit': notTheirs,
  'session.end': notTheirs,
  'account.state': notTheirs,
  'tools.request': notTheirs,
  'grant.return': notTheirs,
  'lane.close': notTheirs,
  'file.ask': notTheirs,
  'file.offer': notTheirs,
  'file.accept': notTheirs,
  'file.refuse': notTheirs,
  'file.finished': notTheirs,
  'watching.invite': notTheirs,
  'watching.end': notTheirs,
  'hand-over.ask': notTheirs,
};

/** Whoever watches is seen to be gone by their page: without one they would watch for ever. @throws Refusal */
function isFollowed({ watchers }: LiveSession, { userId }: SignedIn): void {
  if (!watchers.isHere(userId))
    throw new Refusal('request.out-of-order', 'Open the page of this session first.');
}

function own({ live, user }: WatcherContext): Watching {
  const watching = watchingOf(live.session.watchings, user.userId);
  if (!watching) throw new Refusal('consent.missing', 'The customer has not been asked about you.');
  return watching;
}
