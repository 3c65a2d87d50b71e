import type { AgentClaim, Computer } from '../../protocol/computer.ts';
import type { PendingConsent } from '../../protocol/consent.ts';
import type { Contact } from '../../protocol/contact.ts';
import type { SignedStatement } from '../../protocol/proof/signed-statement.ts';
import type { EntryOf, SessionEntry } from '../../protocol/record.ts';
import {
  type EndedBy,
  type EndReason,
  OPEN_STATUSES,
  type Outcome,
  type SessionStatus,
  type Side,
} from '../../protocol/session.ts';
import type { SurfaceState } from '../../protocol/surface.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import type { MicrophoneOff } from '../../protocol/voice.ts';
import { type ToolStates, toolsAllOff, withStanding } from '../consent/grant.ts';
import { Refusal } from '../refusal.ts';
import { withConsent } from './consents.ts';
import { type HandOverSoFar, handOverAfter, withSuccessor } from './handed-over.ts';
import {
  type EarlierTechnician,
  type Passing,
  withNextTechnician,
  withPassing,
  withTechniciansLine,
} from './passings.ts';
import { applyFileEntry, cancelUnfinished, cutOffBecause, type SessionFile } from './session-files.ts';
import { withLaneClosed, withLaneOpened } from './session-lanes.ts';
import { applyWatchingEntry, endedWith, type Watchings } from './watchings.ts';

/**
 * One support session: the fold of its entries and nothing else. What it is right now and what the record says of it
 * are therefore the same thing.
 */
export interface Session {
  readonly id: string;
  readonly status: SessionStatus;
  readonly createdAt: string;
  readonly joinedAt?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly endedBy?: EndedBy;
  readonly endReason?: EndReason;
  readonly outcome?: Outcome;
  readonly technician: EntryOf<'session.created'>['technician'];
  readonly contact: Contact;
  readonly reference?: string;
  readonly reason: string;
  readonly requested: readonly Tool[];
  readonly codeHash: string;
  readonly codeExpiresAt: string;
  readonly computer?: Computer;
  readonly agent?: AgentClaim;
  readonly agentTokenHash?: string;
  /** What the agent signs its account with; without one it need not sign. */
  readonly signingKey?: string;
  /** Of the technician's sign-ins that have signed something of this session since it is theirs. */
  readonly technicianKeys: readonly string[];
  /** Who had it before, in the order of time. */
  readonly earlier: readonly EarlierTechnician[];
  /** The newest offer to a colleague, whatever became of it. */
  readonly passing?: Passing;
  readonly offers: number;
  readonly admitted: boolean;
  readonly answeredInAdvance: boolean;
  readonly tools: ToolStates;
  readonly pending: readonly PendingConsent[];
  /** Who else of the organisation watches, wants to, or did. */
  readonly watchings: Watchings;
  /** The technician's lane of a tool whose bytes flow. */
  readonly lanes: Readonly<Partial<Record<Tool, string>>>;
  /** What a browser shows while its customer allows the screen. */
  readonly surface?: SurfaceState | undefined;
  /** How often it told of that. */
  readonly surfaceChanges: number;
  readonly handOver: HandOverSoFar;
  /** The last thing that the customer's end signed. */
  readonly customersWord?: SignedStatement;
  /** The last word of the agent before this one. */
  readonly handedOver?: SignedStatement;
  /** The customer's browser gave no microphone when they wanted to talk: the last time, and how often. `isBack`: they talked since. */
  readonly noMicrophone?: {
    readonly reason: MicrophoneOff;
    readonly at: string;
    readonly times: number;
    readonly isBack?: true;
  };
  readonly files: Readonly<Record<string, SessionFile>>;
  /** A side whose network broke, and until when the session waits for it. */
  readonly away: Readonly<Partial<Record<Side, string>>>;
  /** How often its technician said what came of it. */
  readonly noted: number;
  /** How many entries it has; a session may not fill the store. */
  readonly entries: number;
}

export const isOver = (session: Session): boolean => !OPEN_STATUSES.includes(session.status);

/** @throws Refusal `session.over` */
export function inOpenSession(session: Session): void {
  if (isOver(session)) throw new Refusal('session.over', 'This session is over.');
}

/** @throws Error for entries that do not begin with `session.created`: the store broke its word. */
export function foldSession(entries: readonly SessionEntry[]): Session {
  const [first, ...rest] = entries;
  if (first?.type !== 'session.created') throw new Error('a session begins with session.created');
  return rest.reduce(applyEntry, createdSession(first));
}

export function createdSession(entry: EntryOf<'session.created'>): Session {
  return {
    id: entry.sessionId,
    status: 'created',
    createdAt: entry.at,
    technician: entry.technician,
    contact: entry.contact,
    ...(entry.reference === undefined ? {} : { reference: entry.reference }),
    reason: entry.reason,
    requested: entry.tools,
    codeHash: entry.codeHash,
    codeExpiresAt: entry.codeExpiresAt,
    technicianKeys: [],
    earlier: [],
    offers: 0,
    admitted: false,
    answeredInAdvance: false,
    tools: toolsAllOff(entry.at),
    pending: [],
    lanes: {},
    watchings: {},
    surfaceChanges: 0,
    handOver: { tickets: 0 },
    files: {},
    away: {},
    noted: 0,
    entries: 1,
  };
}

/** The session after one more fact. A final status never changes again, whatever is still written about it. */
export function applyEntry(session: Session, entry: SessionEntry): Session {
  return { ...changedBy(session, entry), entries: session.entries + 1 };
}

function changedBy(session: Session, entry: SessionEntry): Session {
  const { at } = entry;
  switch (entry.type) {
    case 'session.joined': {
      const unable = TOOLS.filter((tool) => !entry.agent.capable.includes(tool));
      return {
        ...session,
        ...(isOver(session) ? {} : { status: 'joined' }),
        joinedAt: at,
        computer: entry.computer,
        agent: entry.agent,
        agentTokenHash: entry.agentTokenHash,
        ...(entry.signingKey === undefined ? {} : { signingKey: entry.signingKey }),
        tools: withStanding(session.tools, unable, 'unable', at),
      };
    }
    case 'session.admitted':
      return { ...session, admitted: true };
    case 'session.started':
      return isOver(session) ? session : { ...session, status: 'active', startedAt: at };
    case 'session.ended':
      return isOver(session) ? session : over(session, entry);
    case 'contact.noted':
      return { ...session, contact: { ...session.contact, ...entry.details } };
    case 'technician.noted':
    case 'note.written':
      return session;
    case 'session.noted':
      return {
        ...session,
        noted: session.noted + 1,
        ...(entry.outcome === undefined ? {} : { outcome: entry.outcome }),
      };
    case 'consent.requested':
    case 'consent.answered':
    case 'consent.volunteered':
    case 'grant.revoked':
      return withConsent(session, entry, isOver(session));
    case 'surface.shared':
      return withSurface(session, { surface: entry.surface, since: at });
    case 'surface.refused':
      return withSurface(session, { refused: entry.reason, since: at });
    case 'microphone.refused':
      return {
        ...session,
        noMicrophone: { reason: entry.reason, at, times: (session.noMicrophone?.times ?? 0) + 1 },
      };
    case 'watching.invited':
    case 'watching.asked':
    case 'watching.answered':
    case 'watching.ended':
      return isOver(session)
        ? session
        : { ...session, watchings: applyWatchingEntry(session.watchings, entry) };
    case 'passing.offered':
    case 'passing.explained':
    case 'passing.asked':
    case 'passing.answered':
    case 'passing.ended':
      return isOver(session) ? session : withPassing(session, entry);
    case 'session.passed':
      return isOver(session) ? session : withNextTechnician(session, entry);
    case 'lane.opened':
      return withLaneOpened(session, entry);
    case 'lane.closed':
      return withLaneClosed(session, entry);
    case 'connection.lost':
      return { ...session, away: { ...session.away, [entry.side]: entry.graceEndsAt } };
    case 'connection.resumed': {
      const { [entry.side]: _back, ...away } = session.away;
      return { ...session, away };
    }
    case 'file.asked':
    case 'file.offered':
    case 'file.named':
    case 'file.accepted':
    case 'file.refused':
    case 'file.finished':
      return { ...session, files: applyFileEntry(session.files, entry) };
    case 'session.created':
      throw new Error('a session is created once');
    case 'account.began':
      return { ...session, technicianKeys: [...session.technicianKeys, entry.signingKey] };
    case 'hand-over.asked':
    case 'hand-over.begun':
    case 'hand-over.refused':
      return { ...session, handOver: handOverAfter(session.handOver, entry) };
    case 'agent.handed-over':
      return withSuccessor(session, entry);
    // What an end says of the session changes nothing in it.
    case 'account.stated': {
      const { text, signature } = entry;
      return entry.side === 'customer'
        ? { ...session, customersWord: { text, signature } }
        : withTechniciansLine(session, entry);
    }
    case 'statement.refused':
    case 'file.name-stated':
    case 'media.refused':
    case 'hand-over.turned-away':
    case 'record.read':
    case 'retention.held':
    case 'retention.lifted':
      return session;
  }
}

const withSurface = (session: Session, surface: SurfaceState): Session => ({
  ...session,
  surface,
  surfaceChanges: session.surfaceChanges + 1,
});

function over(session: Session, entry: EntryOf<'session.ended'>): Session {
  return {
    ...session,
    status: entry.status,
    endedAt: entry.at,
    endedBy: entry.endedBy,
    endReason: entry.reason,
    pending: [],
    // Nobody answers any more.
    tools: withStanding(
      session.tools,
      TOOLS.filter((tool) => session.tools[tool].standing === 'asked'),
      'off',
      entry.at,
    ),
    away: {},
    watchings: endedWith(session.watchings, entry.at),
    files: cancelUnfinished(session.files, entry.at, cutOffBecause(entry.status)),
  };
}
