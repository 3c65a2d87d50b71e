import { randomUUID } from 'node:crypto';
import { type AnswerMode, ASK_AGAIN_AFTER_MS } from '../../protocol/consent.ts';
import type { PassingEndedBy, PassingEndReason } from '../../protocol/passing.ts';
import { successorDigestInput } from '../../protocol/proof/successor-digest.ts';
import type { NewSessionEntry } from '../../protocol/record.ts';
import { sha256 } from '../records/node-signatures.ts';
import { Refusal } from '../refusal.ts';
import { isUnderWay, type Passing } from './passings.ts';
import { inOpenSession, type Session } from './session.ts';
import { cutOffFiles } from './session-files.ts';
import { endAllWatching } from './watching-decisions.ts';

/** A user who may go on in the place of this one. */
export interface SuccessorPerson {
  readonly userId: string;
  readonly name: string;
  readonly teams: readonly string[];
}

/** The one who took it: they are told of it in the record as the one who opened it is. */
export interface Taker {
  readonly userId: string;
  readonly email: string;
  readonly address: string;
}

/** Silence for this long is a refusal, as everywhere. */
const ANSWER_WITHIN_MS = 60_000;
/** More than any session needs; each offer makes its record longer. */
const MAX_OFFERS = 20;

/**
 * The technician offers their session to a colleague. Nobody asks the customer before they take it.
 * @throws Refusal `session.over`; `request.out-of-order` before the start, and where nobody is there to be asked;
 * `already-exists` while another offer stands; `tries.too-many`
 */
export function decideOffer(
  session: Session,
  { userId, name, teams }: SuccessorPerson,
  reason: string | undefined,
  now: number,
): NewSessionEntry[] {
  inOpenSession(session);
  if (session.status !== 'active') throw new Refusal('request.out-of-order', 'The session has not started.');
  if (userId === session.technician.userId) throw new Refusal('request.invalid', 'This is your own session.');
  if (session.answeredInAdvance)
    throw new Refusal(
      'request.out-of-order',
      'Nobody is at the customer’s computer to be asked: it allows what was allowed when it was started, and to you alone.',
    );
  if (isUnderWay(session.passing))
    throw new Refusal('already-exists', `It is offered to ${session.passing.successor.name} already.`);
  if (session.offers >= MAX_OFFERS)
    throw new Refusal('tries.too-many', 'This session was offered often enough.');
  const waitMs = coolDownMs(session.passing, now);
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1000);
    throw new Refusal('tries.too-many', `Ask again in ${seconds} seconds.`, undefined, seconds);
  }
  const { team: own } = session.technician;
  const team = own !== undefined && teams.includes(own) ? own : teams[0];
  const offer = { sessionId: session.id, passingId: randomUUID() };
  const successor = { userId, name, ...(team === undefined ? {} : { team }) };
  return [
    { type: 'passing.offered', ...offer, successor, isExplained: reason !== undefined },
    ...(reason === undefined ? [] : [{ type: 'passing.explained' as const, ...offer, reason }]),
  ];
}

/** The colleague takes it, and the customer is asked. Nothing while they are. @throws Refusal `not-found` */
export function decideTake(
  session: Session,
  passingId: string,
  userId: string,
  now: number,
): NewSessionEntry[] {
  const { passing } = session;
  if (!isOfferTo(passing, passingId, userId))
    throw new Refusal('not-found', 'This session is not offered to you any more.');
  inOpenSession(session);
  if (passing.standing === 'asked') return [];
  return [
    {
      type: 'passing.asked',
      sessionId: session.id,
      passingId,
      successor: passing.successor,
      expiresAt: new Date(now + ANSWER_WITHIN_MS).toISOString(),
    },
  ];
}

/**
 * The customer's answer, or (`mode: 'timed-out'`) the lack of one. With a yes it is the session of the one who took it; where
 * they are not there any more (`taker`), the offer is over. @throws Refusal `request.out-of-order`
 */
export function decideAnswerPassing(
  session: Session,
  { passingId, allowed, mode }: { passingId: string; allowed: boolean; mode: AnswerMode | 'timed-out' },
  taker: Taker | undefined,
): NewSessionEntry[] {
  inOpenSession(session);
  const { passing, id: sessionId, technician } = session;
  if (passing?.passingId !== passingId || passing.standing !== 'asked')
    throw new Refusal('request.out-of-order', 'This question is not open any more.');
  const { successor } = passing;
  if (allowed && taker?.userId !== successor.userId) return decideEndPassing(session, 'broker', 'gone');
  const successorSha256 = sha256(successorDigestInput(passingId, successor));
  const answered: NewSessionEntry = {
    type: 'passing.answered',
    sessionId,
    passingId,
    allowed,
    mode,
    successorSha256,
  };
  if (!allowed || !taker) return [answered];
  const { userId, name, team } = technician;
  const from = { userId, name, ...(team === undefined ? {} : { team }) };
  return [
    answered,
    ...cutOffFiles(sessionId, session.files, 'passed-on'),
    // Whoever watches was asked about as a guest of the one before.
    ...endAllWatching(session, 'passed-on'),
    { type: 'session.passed', sessionId, passingId, technician: successor, from },
    { type: 'technician.noted', sessionId, email: taker.email, address: taker.address },
  ];
}

/** Ends an offer that stands, by whomever; of any other there is nothing to end. */
export function decideEndPassing(
  session: Session,
  by: PassingEndedBy,
  reason: PassingEndReason,
  passingId = session.passing?.passingId,
): NewSessionEntry[] {
  inOpenSession(session);
  const { passing, id: sessionId } = session;
  if (!isUnderWay(passing) || passing.passingId !== passingId) return [];
  return [{ type: 'passing.ended', sessionId, passingId, by, reason }];
}

export const isOfferTo = (
  passing: Passing | undefined,
  passingId: string,
  userId: string,
): passing is Passing =>
  isUnderWay(passing) && passing.passingId === passingId && passing.successor.userId === userId;

/** Nobody is worn down into a yes. */
function coolDownMs(passing: Passing | undefined, now: number): number {
  return passing?.standing === 'refused' ? Date.parse(passing.since) + ASK_AGAIN_AFTER_MS - now : 0;
}
