import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { FromConsole } from '../../protocol/console-messages.ts';
import type { Handlers } from '../../protocol/handlers.ts';
import type { LanePass } from '../../protocol/lane.ts';
import type { Side } from '../../protocol/session.ts';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { foreignLine } from '../../protocol/text.ts';
import type { Tool } from '../../protocol/tool.ts';
import type { SignedIn } from '../access/signed-in.ts';
import { isGranted } from '../consent/grant.ts';
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
import { decideAdmit, decideEnd, decideNote, decideStop } from './lifecycle.ts';
import type { LiveSession } from './live-session.ts';
import { inOpenSession, isOver, type Session } from './session.ts';
import { markStated, takeStatements, widenStated } from './stated.ts';
import { shownText } from './terms.ts';

export interface CommandContext {
  readonly live: LiveSession;
  readonly lanes: LaneRegistry;
}

export interface ConsoleContext extends CommandContext {
  readonly technician: SignedIn;
  readonly state: () => ConsoleSessionState;
}

const Detail = foreignLine(200);

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
        (session) => decideVolunteer(session, message.tool, shownText(live.terms)),
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
  'session.stop': ({ reason }, { live }) => done(live.narrow((session) => decideStop(session, reason))),
  'lane.open': async ({ tool }, context) => openLane(context, tool, 'customer'),
  ...fileCommands<CommandContext>(({ live }) => agentOf(live)),
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
  'tools.request': ({ tools }, { live }) =>
    done(live.widen((session, now) => decideRequestTools(session, tools, now))),
  'grant.return': ({ tool }, { live }) =>
    done(live.narrow((session) => decideRevoke(session, tool, 'technician'))),
  'lane.open': async ({ tool }, context) =>
    openLane(context, tool, 'technician', context.technician.signInId),
  'lane.close': async ({ tool }, { live, lanes }) => {
    lanes.closeTool(live.session.id, tool, 'lane.finished', 'done');
    return undefined;
  },
  'session.end': (message, { live }) =>
    done(
      isOver(live.session)
        ? live.widen((session) => decideNote(session, message))
        : live.narrow((session) => decideEnd(session, message)),
    ),
  'file.ask': ({ fileId, path }, { live }) =>
    done(
      live.widen(
        (session, now) => decideAskFile(session, fileId, path, now),
        () => remark(live, fileId, { path }),
      ),
    ),
  ...fileCommands<ConsoleContext>(({ technician }) => consoleOf(technician)),
};

type FileMessage = Extract<FromAgent, { type: `file.${string}` }>;

/** The key that came with the code, and no other, speaks for the customer. */
const agentOf = ({ session }: LiveSession): Signer => ({ side: 'customer', signingKey: session.signingKey });
const consoleOf = ({ signingKey }: SignedIn): Signer => ({ side: 'technician', signingKey });

function fileCommands<Context extends CommandContext>(
  signerOf: (context: Context) => Signer,
): Handlers<FileMessage, Context> {
  /** Words about a file are not recorded; they hold with the entries that they are about, or not at all. */
  const explained =
    (live: LiveSession, { fileId, detail }: { fileId: string; detail?: string | undefined }) =>
    (): void => {
      if (detail) remark(live, fileId, { detail: Detail.parse(detail) });
    };
  return {
    'file.offer': (offer, context) =>
      done(context.live.widen((session) => decideOfferFile(session, offer, signerOf(context).side))),
    'file.accept': ({ fileId }, context) =>
      done(context.live.widen((session) => decideAcceptFile(session, fileId, signerOf(context).side))),
    'file.refuse': (refusal, context) => {
      const decide = (session: Session) => decideRefuseFile(session, refusal, signerOf(context).side);
      return done(context.live.widen(decide, explained(context.live, refusal)));
    },
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

/** @throws Refusal `consent.missing`, `request.out-of-order`, `session.over`: no lane without a live grant. */
export function mayUse(session: Session, tool: Tool): void {
  inOpenSession(session);
  if (!isGranted(session.tools, tool)) {
    throw new Refusal('consent.missing', 'The customer has not allowed this.');
  }
  if (session.status !== 'active') throw new Refusal('request.out-of-order', 'The session has not started.');
}

function openLane({ live, lanes }: CommandContext, tool: Tool, side: Side, signInId?: string): LanePass {
  mayUse(live.session, tool);
  return lanes.open(live.session.id, tool, side, signInId);
}

async function done(work: Promise<unknown>): Promise<undefined> {
  await work;
}
