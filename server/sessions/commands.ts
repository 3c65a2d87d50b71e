import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { FromConsole } from '../../protocol/console-messages.ts';
import type { Handlers } from '../../protocol/handlers.ts';
import type { LanePass } from '../../protocol/lane.ts';
import type { NewSessionEntry } from '../../protocol/record.ts';
import type { Side } from '../../protocol/session.ts';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { foreignLine } from '../../protocol/text.ts';
import { needsMedia, type Tool } from '../../protocol/tool.ts';
import type { SignedIn } from '../access/signed-in.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import { Refusal } from '../refusal.ts';
import type { Signer } from './accounts.ts';
import { decideAnswer, decideRequestTools, decideRevoke, decideVolunteer } from './consent-decisions.ts';
import {
  decideAcceptFile,
  decideAskFile,
  decideFinishFile,
  decideOfferFile,
  decideRefuseFile,
} from './file-decisions.ts';
import { customersHandOver } from './hand-over-commands.ts';
import { decideAskHandOver } from './hand-over-decisions.ts';
import { decideAdmit, decideEnd, decideNote, decideStop } from './lifecycle.ts';
import type { LiveSession } from './live-session.ts';
import { mayUse } from './may-use.ts';
import { mediaCommands } from './media-commands.ts';
import { customersPassing, techniciansPassing } from './passing-commands.ts';
import type { SuccessorPerson } from './passing-decisions.ts';
import type { PassingDesk } from './passing-desk.ts';
import { isOver, type Session } from './session.ts';
import { markStated, stillSpeaks, takeStatements, widenStated } from './stated.ts';
import { decideShow, decideShowNothing } from './surface-decisions.ts';
import type { TakeOvers } from './take-overs.ts';
import { shownText } from './terms.ts';
import { decideNoMicrophone, toBeHad } from './voice-decisions.ts';
import { decideAnswerWatching, decideEndWatching, decideInvite, type Person } from './watching-decisions.ts';

export interface CommandContext {
  readonly live: LiveSession;
  readonly lanes: LaneRegistry;
  readonly takeOvers: TakeOvers;
  readonly passing: PassingDesk;
}

export interface ConsoleContext extends CommandContext {
  readonly technician: SignedIn;
  readonly state: () => ConsoleSessionState;
  /** A user who may be invited. @throws Refusal `not-found` */
  readonly colleague: (userId: string) => Promise<Person>;
  /** A user who may have the session. @throws Refusal `not-found` */
  readonly successor: (userId: string) => Promise<SuccessorPerson>;
}

const Detail = foreignLine(200);

/** The key of the agent that is there, and no other, speaks for the customer. */
const agentOf = ({ session }: LiveSession): Signer => ({ side: 'customer', signingKey: session.signingKey });
export const consoleOf = ({ signingKey, userId }: SignedIn): Signer => ({
  side: 'technician',
  signingKey,
  userId,
});

/** What the customer's agent may do in its session. */
export const agentCommands: Handlers<FromAgent, CommandContext> = {
  'consent.answered': (message, { live }) =>
    done(
      widenStated(
        live,
        agentOf(live),
        message,
        (session) => decideAnswer(session, message, shownText(live.terms)),
        { isFresh: true },
      ),
    ),
  'consent.volunteered': (message, { live }) =>
    done(
      widenStated(
        live,
        agentOf(live),
        message,
        (session) => {
          toBeHad(live, [message.tool]);
          return decideVolunteer(session, message.tool, shownText(live.terms));
        },
        { isFresh: true },
      ),
    ),
  'grant.revoke': (message, { live }) =>
    done(
      markStated(live, agentOf(live), message, (beside) =>
        live.narrow((session) => decideRevoke(session, message.tool, 'customer'), beside),
      ),
    ),
  'account.state': ({ statements }, { live }) => done(takeStatements(live, agentOf(live), statements)),
  'surface.shared': (message, { live }) =>
    done(widenStated(live, agentOf(live), message, (session) => decideShow(session, message.surface))),
  'surface.refused': ({ reason }, { live }) =>
    done(live.widen((session) => decideShowNothing(session, reason))),
  'microphone.refused': ({ reason }, { live }) =>
    done(live.widen((session) => decideNoMicrophone(session, reason))),
  'watching.answered': (message, { live }) =>
    done(
      widenStated(live, agentOf(live), message, (session) => decideAnswerWatching(session, message), {
        isFresh: true,
      }),
    ),
  'watching.stop': (message, { live }) =>
    done(
      markStated(live, agentOf(live), message, (beside) =>
        live.narrow(
          (session) => decideEndWatching(session, message.watchingId, 'customer', 'stopped'),
          beside,
        ),
      ),
    ),
  'session.stop': ({ reason }, { live }) => done(live.narrow((session) => decideStop(session, reason))),
  'lane.open': async ({ tool }, context) => {
    if (!context.live.customersLanes.take())
      throw new Refusal('tries.too-many', 'Too many tries to open a tool.', undefined, 1);
    return openLane(context, tool, 'customer');
  },
  ...fileCommands<CommandContext>(({ live }) => agentOf(live)),
  ...mediaCommands<CommandContext>(() => ({ side: 'customer' })),
  ...customersHandOver(agentOf),
  ...customersPassing(agentOf),
};

const ownSession = async (): Promise<never> => {
  throw new Refusal('request.invalid', 'This is your own session.');
};

/** What the technician may do in a session of their own. */
export const consoleCommands: Handlers<FromConsole, ConsoleContext> = {
  'session.watch': async (_message, { state }) => ({ state: state() }),
  'session.unwatch': async () => undefined,
  'session.admit': (message, { live, technician }) =>
    done(
      widenStated(live, consoleOf(technician), message, (session) => decideAdmit(session, message.unsigned)),
    ),
  'account.state': ({ statements }, { live, technician }) =>
    done(takeStatements(live, consoleOf(technician), statements)),
  'tools.request': ({ tools }, context) =>
    done(
      byTechnician(context, (session, now) => decideRequestTools(session, toBeHad(context.live, tools), now)),
    ),
  'grant.return': ({ tool }, { live }) =>
    done(live.narrow((session) => decideRevoke(session, tool, 'technician'))),
  'lane.open': async ({ tool }, context) =>
    openLane(context, tool, 'technician', context.technician.signInId),
  'lane.close': async ({ tool }, { live, lanes }) => {
    lanes.closeTechnicians(live.session.id, tool, 'lane.finished', 'done');
    return undefined;
  },
  'session.end': (message, { live }) =>
    done(
      isOver(live.session)
        ? live.widen((session) => decideNote(session, message))
        : live.narrow((session) => decideEnd(session, message)),
    ),
  'watching.invite': async ({ userId }, context) => {
    const person = await context.colleague(userId);
    return done(byTechnician(context, (session) => decideInvite(session, person)));
  },
  'watching.end': ({ watchingId }, { live }) =>
    done(live.narrow((session) => decideEndWatching(session, watchingId, 'technician', 'stopped'))),
  'watching.follow': ownSession,
  'watching.unfollow': ownSession,
  'watching.ask': ownSession,
  'watching.leave': ownSession,
  'file.ask': ({ fileId, path }, context) =>
    done(
      byTechnician(
        context,
        (session, now) => decideAskFile(session, fileId, path, now),
        () => remark(context.live, fileId, { path }),
      ),
    ),
  ...fileCommands<ConsoleContext>(({ technician }) => consoleOf(technician)),
  ...mediaCommands<ConsoleContext>(() => ({ side: 'technician' })),
  'hand-over.ask': ({ tools }, context) =>
    done(byTechnician(context, (session, now) => decideAskHandOver(session, tools, now))),
  ...techniciansPassing<ConsoleContext>(({ technician }) => consoleOf(technician)),
  'passing.take': ownSession,
  'passing.decline': ownSession,
};

/** In its turn it must be theirs still. */
const byTechnician = (
  { live, technician }: ConsoleContext,
  decide: (session: Session, now: number) => NewSessionEntry[],
  holds?: () => void,
): Promise<void> =>
  live.widen((session, now) => {
    stillSpeaks(session, consoleOf(technician));
    return decide(session, now);
  }, holds);

type FileMessage = Extract<FromAgent, { type: `file.${string}` }>;

function fileCommands<Context extends CommandContext>(
  signerOf: (context: Context) => Signer,
): Handlers<FileMessage, Context> {
  /** Words about a file are not recorded; they hold with the entries that they are about, or not at all. */
  const explained =
    (live: LiveSession, { fileId, detail }: { fileId: string; detail?: string | undefined }) =>
    (): void => {
      if (detail) remark(live, fileId, { detail: Detail.parse(detail) });
    };
  const inTurn = (
    context: Context,
    decide: (session: Session, side: Side) => NewSessionEntry[],
    holds?: () => void,
  ): Promise<undefined> => {
    const signer = signerOf(context);
    const decided = (session: Session) => {
      stillSpeaks(session, signer);
      return decide(session, signer.side);
    };
    return done(context.live.widen(decided, holds));
  };
  return {
    'file.offer': (offer, context) =>
      inTurn(context, (session, side) => decideOfferFile(session, offer, side)),
    'file.accept': ({ fileId }, context) =>
      inTurn(context, (session, side) => decideAcceptFile(session, fileId, side)),
    'file.refuse': (refusal, context) =>
      inTurn(
        context,
        (session, side) => decideRefuseFile(session, refusal, side),
        explained(context.live, refusal),
      ),
    'file.finished': (finished, context) => {
      const { live } = context;
      const signer = signerOf(context);
      const decide = (session: Session) => decideFinishFile(session, finished, signer.side);
      const holds = explained(live, finished);
      if (finished.outcome === 'completed')
        return done(widenStated(live, signer, finished, decide, { holds }));
      return done(
        markStated(live, signer, finished, (beside) =>
          live.widen((session) => {
            stillSpeaks(session, signer);
            const entries = decide(session);
            return [...beside(session, entries), ...entries];
          }, holds),
        ),
      );
    },
  };
}

function remark(live: LiveSession, fileId: string, said: { path?: string; detail?: string }): void {
  live.fileRemarks.set(fileId, { ...live.fileRemarks.get(fileId), ...said });
}

function openLane({ live, lanes }: CommandContext, tool: Tool, side: Side, signInId?: string): LanePass {
  const { session } = live;
  mayUse(session, tool);
  const webrtc = needsMedia(tool) || (session.agent?.webrtc ?? false);
  return lanes.open(session.id, tool, side, { signInId, webrtc });
}

export async function done(work: Promise<unknown>): Promise<undefined> {
  await work;
}
