import { randomUUID } from 'node:crypto';
import type { Role } from '../../protocol/access.ts';
import { type AnswerMode, ASK_AGAIN_AFTER_MS } from '../../protocol/consent.ts';
import { watcherDigestInput } from '../../protocol/proof/watcher-digest.ts';
import type { NewSessionEntry } from '../../protocol/record.ts';
import {
  isOpenWatching,
  MAX_WATCHERS,
  type WatchingBecause,
  type WatchingEndedBy,
  type WatchingEndReason,
} from '../../protocol/watching.ts';
import { isGranted } from '../consent/grant.ts';
import { sha256 } from '../records/node-signatures.ts';
import { Refusal } from '../refusal.ts';
import { inOpenSession, type Session } from './session.ts';
import { openWatchings, type Watching, type Watchings, watchingOf, watchingState } from './watchings.ts';

/** A user of the organisation, as far as this is concerned. */
export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
}

/** Silence for this long is a refusal, as everywhere. */
const ANSWER_WITHIN_MS = 60_000;
/** More than any session needs; each question makes its record longer. */
const MAX_WATCHINGS = 40;

/**
 * The technician asks a colleague to come. Nobody asks the customer before they do.
 * @throws Refusal `session.over`, `request.out-of-order` before the start, `already-exists`, `tries.too-many`
 */
export function decideInvite(session: Session, { userId, name, role }: Person): NewSessionEntry[] {
  inStartedSession(session);
  if (userId === session.technician.userId) throw new Refusal('request.invalid', 'This is your own session.');
  if (openWatchings(session.watchings).some(({ watcher }) => watcher.userId === userId))
    throw new Refusal('already-exists', `${name} is invited or watching already.`);
  oneMore(session);
  return [
    {
      type: 'watching.invited',
      sessionId: session.id,
      watchingId: randomUUID(),
      watcher: { userId, name, role },
    },
  ];
}

/**
 * Has the customer asked whether somebody may watch; nothing where they are asked, or said yes, already.
 * `mayUninvited`: they answer for this session's team. Somebody else's session does not exist.
 * @throws Refusal `not-found` for who is neither invited nor answers for it, `request.out-of-order` while nothing is
 * shown, `tries.too-many` shortly after a refusal
 */
export function decideAskToWatch(
  session: Session,
  person: Person,
  mayUninvited: boolean,
  now: number,
): NewSessionEntry[] {
  inStartedSession(session);
  const known = watchingOf(session.watchings, person.userId);
  if (known?.standing === 'asked' || known?.standing === 'allowed') return [];
  const isInvited = known?.standing === 'invited';
  if (!isInvited && !mayUninvited)
    throw new Refusal('not-found', 'You are not invited any more. Ask the technician to invite you again.');
  if (!isGranted(session.tools, 'view'))
    throw new Refusal('request.out-of-order', 'The customer does not show their screen right now.');
  if (!isInvited) oneMore(session);
  const waitMs = coolDownMs(session.watchings, person.userId, now);
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1000);
    throw new Refusal('tries.too-many', `Ask again in ${seconds} seconds.`, undefined, seconds);
  }
  const because: WatchingBecause = isInvited ? 'invited' : 'supervises';
  const { userId, name, role } = person;
  return [
    {
      type: 'watching.asked',
      sessionId: session.id,
      watchingId: isInvited ? known.watchingId : randomUUID(),
      watcher: { userId, name, role },
      because,
      expiresAt: new Date(now + ANSWER_WITHIN_MS).toISOString(),
    },
  ];
}

/** The customer's answer, or (`mode: 'timed-out'`) the lack of one. @throws Refusal `request.out-of-order` */
export function decideAnswerWatching(
  session: Session,
  { watchingId, allowed, mode }: { watchingId: string; allowed: boolean; mode: AnswerMode | 'timed-out' },
): NewSessionEntry[] {
  inOpenSession(session);
  const watching = session.watchings[watchingId];
  if (watching?.standing !== 'asked')
    throw new Refusal('request.out-of-order', 'This question is not open any more.');
  const watcherSha256 = sha256(watcherDigestInput(watchingState(watching)));
  return [{ type: 'watching.answered', sessionId: session.id, watchingId, allowed, mode, watcherSha256 }];
}

/** Ends one that is open, by whomever. Of any other there is nothing to end. */
export function decideEndWatching(
  session: Session,
  watchingId: string,
  by: WatchingEndedBy,
  reason: WatchingEndReason,
): NewSessionEntry[] {
  inOpenSession(session);
  const watching = session.watchings[watchingId];
  return watching && isOpenWatching(watching) ? [ended(session, watching, by, reason)] : [];
}

/** Without the picture there is nothing to watch: whoever watches, or is asked for, has to be asked for anew. */
export function endWithPicture(
  session: Session,
  by: WatchingEndedBy,
  reason: WatchingEndReason = 'no-picture',
): NewSessionEntry[] {
  return openWatchings(session.watchings)
    .filter(({ standing }) => standing !== 'invited')
    .map((watching) => ended(session, watching, by, reason));
}

/** Whoever watches, is asked for or is invited goes. */
export const endAllWatching = (session: Session, reason: WatchingEndReason): NewSessionEntry[] =>
  openWatchings(session.watchings).map((watching) => ended(session, watching, 'broker', reason));

/** @throws Refusal `consent.missing`: no lane to anybody whom the customer does not let watch. */
export function mayWatch(session: Session, watchingId: string): void {
  if (session.watchings[watchingId]?.standing !== 'allowed')
    throw new Refusal('consent.missing', 'The customer has not allowed that you watch.');
}

const ended = (
  { id: sessionId }: Session,
  { watchingId }: Watching,
  by: WatchingEndedBy,
  reason: WatchingEndReason,
): NewSessionEntry => ({ type: 'watching.ended', sessionId, watchingId, by, reason });

function inStartedSession(session: Session): void {
  inOpenSession(session);
  if (session.status !== 'active') throw new Refusal('request.out-of-order', 'The session has not started.');
}

function oneMore({ watchings }: Session): void {
  if (openWatchings(watchings).length >= MAX_WATCHERS)
    throw new Refusal(
      'tries.too-many',
      `${MAX_WATCHERS} others are invited or watching. One of them has to go first.`,
    );
  if (Object.keys(watchings).length >= MAX_WATCHINGS)
    throw new Refusal('tries.too-many', 'Enough people were asked about in this session.');
}

/** Nobody is worn down into a yes: the last no to this person counts, also where they were invited since. */
function coolDownMs(watchings: Watchings, userId: string, now: number): number {
  const no = Object.values(watchings).findLast(
    ({ watcher, standing, endedBy }) =>
      watcher.userId === userId && (standing === 'refused' || endedBy === 'customer'),
  );
  return no ? Date.parse(no.since) + ASK_AGAIN_AFTER_MS - now : 0;
}
