import type { ShownText } from '../../protocol/proof/statement.ts';
import type { NewSessionEntry } from '../../protocol/record.ts';
import { type EndReason, GRACE_MS, type Side } from '../../protocol/session.ts';
import { grantedTools } from '../consent/grant.ts';
import { decideAnswer } from './consent-decisions.ts';
import { START_WITHIN_MS } from './lifecycle.ts';
import { decideAnswerPassing } from './passing-decisions.ts';
import { isOver, type Session } from './session.ts';
import { decideAnswerWatching } from './watching-decisions.ts';
import { openWatchings } from './watchings.ts';

/** What happens to a session when nothing happens, and when. */
export type Deadline = { readonly at: number } & ({ readonly ends: EndReason } | Unanswered);

/** A question that nobody answered in time. */
type Unanswered =
  | { readonly silent: string /* the request that nobody answered */ }
  | { readonly unanswered: string /* the watching that nobody answered for */ }
  | { readonly passing: string /* the one that nobody answered for */ };

export interface WhoCame {
  /** The agent has connected since it joined. */
  readonly customerCame: boolean;
  /** Away since the broker started, which is no fault of theirs. */
  readonly awaySinceStart: ReadonlySet<Side>;
}

/** The next thing that time does to this session. One that is over has none. */
export function nextDeadline(session: Session, came: WhoCame): Deadline | undefined {
  if (isOver(session)) return undefined;
  return deadlines(session, came).reduce<Deadline | undefined>(
    (first, one) => (first === undefined || one.at < first.at ? one : first),
    undefined,
  );
}

function deadlines(session: Session, came: WhoCame): Deadline[] {
  if (session.status === 'created') return [{ at: Date.parse(session.codeExpiresAt), ends: 'code-expired' }];
  const found: Deadline[] = session.pending.map(({ requestId, expiresAt }) => ({
    at: Date.parse(expiresAt),
    silent: requestId,
  }));
  for (const { watchingId, expiresAt } of openWatchings(session.watchings))
    if (expiresAt !== undefined) found.push({ at: Date.parse(expiresAt), unanswered: watchingId });
  const { passing } = session;
  if (passing?.standing === 'asked' && passing.expiresAt !== undefined)
    found.push({ at: Date.parse(passing.expiresAt), passing: passing.passingId });
  for (const side of ['customer', 'technician'] as const) {
    const graceEndsAt = session.away[side];
    const ends = came.awaySinceStart.has(side) ? 'broker-restarted' : (`${side}-gone` as const);
    if (graceEndsAt !== undefined) found.push({ at: Date.parse(graceEndsAt), ends });
  }
  if (session.status === 'joined' && session.joinedAt !== undefined) {
    const joinedAt = Date.parse(session.joinedAt);
    const answered = grantedTools(session.tools).length > 0;
    found.push({ at: joinedAt + START_WITHIN_MS, ends: answered ? 'not-admitted' : 'consent-timed-out' });
    if (!came.customerCame) found.push({ at: joinedAt + GRACE_MS, ends: 'customer-gone' });
  }
  return found;
}

/** Silence is a refusal. Nothing where the answer came meanwhile, or the end. */
export function decideSilence(session: Session, silence: Unanswered, shown: ShownText): NewSessionEntry[] {
  if (isOver(session)) return [];
  const no = { allowed: false, mode: 'timed-out' as const };
  if ('unanswered' in silence) {
    const { unanswered: watchingId } = silence;
    const isAsked = session.watchings[watchingId]?.standing === 'asked';
    return isAsked ? decideAnswerWatching(session, { watchingId, ...no }) : [];
  }
  if ('passing' in silence) {
    const { passing: passingId } = silence;
    const isAsked = session.passing?.passingId === passingId && session.passing.standing === 'asked';
    return isAsked ? decideAnswerPassing(session, { passingId, ...no }, undefined) : [];
  }
  const { silent: requestId } = silence;
  const isAsked = session.pending.some((question) => question.requestId === requestId);
  return isAsked ? decideAnswer(session, { requestId, allowed: [], mode: 'timed-out' }, shown) : [];
}
