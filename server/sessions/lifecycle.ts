import { v7 as uuidv7 } from 'uuid';
import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { UnsignedReason } from '../../protocol/proof/statement.ts';
import type { EntryOf, NewSessionEntry, SessionEntry } from '../../protocol/record.ts';
import type { EndedBy, EndReason, EndSession, SessionStatus } from '../../protocol/session.ts';
import type { Tool } from '../../protocol/tool.ts';
import { grantedTools } from '../consent/grant.ts';
import { Refusal } from '../refusal.ts';
import { consentRequest, FIRST_CONSENT_TIMEOUT_MS, startIfReady, withView } from './consent-decisions.ts';
import { decideEndPassing } from './passing-decisions.ts';
import { inOpenSession, isOver, type Session } from './session.ts';
import { cutOffBecause, cutOffFiles } from './session-files.ts';
import { openWatchings } from './watchings.ts';

type StopReason = Extract<FromAgent, { type: 'session.stop' }>['reason'];

/** A code is good for this long. */
export const CODE_TTL_MS = 10 * 60_000;
/** From the join to the start: enough for questions on the phone, and nothing stays half-open for ever. */
export const START_WITHIN_MS = 10 * 60_000;
/** Outcomes and notes of one session; each makes its record longer for as long as it is kept. */
const MAX_NOTED = 20;

type Joining = Pick<
  EntryOf<'session.joined'>,
  'computer' | 'agent' | 'agentTokenHash' | 'signingKey' | 'shown'
>;

/**
 * The agent uses up the code, and its customer is asked for every tool that this computer can serve and that is to be had.
 * @throws Refusal `code.wrong` when the code was used or has expired.
 */
export function decideJoin(
  session: Session,
  joining: Joining,
  now: number,
  isToBeHad: (tool: Tool) => boolean = () => true,
): NewSessionEntry[] {
  if (session.status !== 'created' || Date.parse(session.codeExpiresAt) <= now) throw wrongCode();
  const able = withView(session.requested).filter(
    (tool) => joining.agent.capable.includes(tool) && isToBeHad(tool),
  );
  return [
    { type: 'session.joined', sessionId: session.id, ...joining },
    ...consentRequest(session, able, now, FIRST_CONSENT_TIMEOUT_MS),
  ];
}

/** One answer for wrong, used and expired: it teaches a guesser nothing. */
export const wrongCode = (): Refusal =>
  new Refusal('code.wrong', 'This code is not valid. Ask your technician for a new one.');

/** The technician lets the computer in that joined. @throws Refusal `request.out-of-order` before anybody joined. */
export function decideAdmit(session: Session, unsigned?: UnsignedReason): NewSessionEntry[] {
  inOpenSession(session);
  if (session.status === 'created') throw new Refusal('request.out-of-order', 'Nobody has joined yet.');
  if (session.admitted) return [];
  return [
    { type: 'session.admitted', sessionId: session.id, ...(unsigned === undefined ? {} : { unsigned }) },
    ...(grantedTools(session.tools).length > 0 ? startIfReady(session, true) : []),
  ];
}

/** The technician ends it, with what came of it. @throws Refusal `session.over` */
export function decideEnd(
  session: Session,
  ending: EndSession & { admit?: false | undefined },
): NewSessionEntry[] {
  inOpenSession(session);
  const active = session.status === 'active';
  const reason = active ? 'done' : ending.admit === false ? 'not-admitted' : 'cancelled-by-technician';
  return [...noted(session, ending), ...ended(session, active ? 'ended' : 'cancelled', 'technician', reason)];
}

/**
 * What came of a session that is over already.
 * @throws Refusal `session.over` when nothing is said, `tries.too-many` when enough was.
 */
export function decideNote(session: Session, ending: EndSession): NewSessionEntry[] {
  const entries = noted(session, ending);
  if (entries.length === 0) inOpenSession(session);
  if (session.noted >= MAX_NOTED) throw new Refusal('tries.too-many', 'This session has enough notes.');
  return entries;
}

function noted({ id: sessionId, technician }: Session, { outcome, note }: EndSession): NewSessionEntry[] {
  if (outcome === undefined && note === undefined) return [];
  const said = {
    type: 'session.noted',
    sessionId,
    userId: technician.userId,
    ...(outcome === undefined ? {} : { outcome }),
  } as const;
  if (note === undefined) return [said];
  const noteId = uuidv7();
  return [
    { ...said, noteId },
    { type: 'note.written', sessionId, noteId, note },
  ];
}

/** The customer ends it. Before it started that is a refusal. */
export function decideStop(session: Session, reason: StopReason): NewSessionEntry[] {
  inOpenSession(session);
  const status = session.status === 'active' ? 'ended' : reason === 'display-lost' ? 'cancelled' : 'declined';
  return ended(session, status, 'customer', reason);
}

/** The broker ends it: a deadline passed, a network stayed away, the record cannot be written. Nothing, when it is over. */
export function decideBrokerEnd(session: Session, reason: EndReason): NewSessionEntry[] {
  if (isOver(session)) return [];
  return ended(session, brokerStatus(session, reason), 'broker', reason);
}

/** What a broker that was killed could not say: its lanes are gone, nobody watches unseen, and an offer is over. An invitation stands. */
export function decideRestart(session: Session): NewSessionEntry[] {
  const { id: sessionId, lanes, watchings } = session;
  const closed = { type: 'lane.closed' as const, sessionId, reason: 'broker-restarted' as const };
  const open = openWatchings(watchings).filter(({ standing }) => standing !== 'invited');
  return [
    ...Object.entries(lanes).map(([tool, laneId]) => ({ ...closed, laneId, tool: tool as Tool })),
    ...Object.values(watchings).flatMap(({ watchingId, laneId }) =>
      laneId === undefined ? [] : [{ ...closed, laneId, tool: 'view' as const, watchingId }],
    ),
    ...open.map(({ watchingId }) => ({
      type: 'watching.ended' as const,
      sessionId,
      watchingId,
      by: 'broker' as const,
      reason: 'broker-restarted' as const,
    })),
    ...decideEndPassing(session, 'broker', 'broker-restarted'),
  ];
}

/** Of what was refused and stands in the record after all: a lane that never carried anything. The session's end does the rest. */
export const decideTakeBack = (late: readonly SessionEntry[]): NewSessionEntry[] =>
  late.flatMap((entry): NewSessionEntry[] => {
    if (entry.type !== 'lane.opened') return [];
    const { sessionId, laneId, tool, watchingId } = entry;
    const watched = watchingId === undefined ? {} : { watchingId };
    const nothing = { bytesFromTechnician: 0, bytesFromCustomer: 0 };
    return [{ type: 'lane.closed', sessionId, laneId, tool, ...watched, reason: 'session-over', ...nothing }];
  });

function brokerStatus(session: Session, reason: EndReason): SessionStatus {
  if (reason === 'code-expired') return 'expired';
  if (reason === 'consent-timed-out') return 'declined';
  if (['customer-gone', 'technician-gone', 'broker-restarted'].includes(reason)) return 'lost';
  return session.status === 'active' ? 'ended' : 'cancelled';
}

function ended(
  session: Session,
  status: SessionStatus,
  endedBy: EndedBy,
  reason: EndReason,
): NewSessionEntry[] {
  return [
    ...cutOffFiles(session.id, session.files, cutOffBecause(status)),
    { type: 'session.ended', sessionId: session.id, status, endedBy, reason },
  ];
}
