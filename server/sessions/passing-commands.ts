import type { PassingAnswered, PassingOffer, PassingTake } from '../../protocol/passing.ts';
import { demandAction } from '../access/policies.ts';
import type { SignedIn } from '../access/signed-in.ts';
import { Refusal } from '../refusal.ts';
import type { Signer } from './accounts.ts';
import type { LiveSession } from './live-session.ts';
import {
  decideAnswerPassing,
  decideEndPassing,
  decideOffer,
  decideTake,
  isOfferTo,
  type SuccessorPerson,
  type Taker,
} from './passing-decisions.ts';
import type { PassingDesk } from './passing-desk.ts';
import { stillSpeaks, widenStated } from './stated.ts';

type Of<Message extends { _zod: { output: unknown } }> = Message['_zod']['output'];

/** The customer's answer about who is to go on. */
export const customersPassing = (agentOf: (live: LiveSession) => Signer) => ({
  'passing.answered': async (
    message: Of<typeof PassingAnswered>,
    { live, passing }: { live: LiveSession; passing: PassingDesk },
  ) => {
    let taker: Taker | undefined;
    let missed: string | undefined;
    await widenStated(
      live,
      agentOf(live),
      message,
      (session) => {
        taker = message.allowed ? takerHere(live) : undefined;
        const entries = decideAnswerPassing(session, message, taker);
        missed = message.allowed && !taker ? session.passing?.successor.name : undefined;
        return entries;
      },
      { isFresh: true, holds: () => taker && passing.passed(live, taker) },
    );
    if (missed !== undefined)
      throw new Refusal('request.out-of-order', `${missed} is not there any more, so nothing has changed.`);
    return undefined;
  },
});

/** With a page that is open: whoever may not help any more has none, because a new role ends their sign-ins. */
const takerHere = ({ taker, takers }: LiveSession): Taker | undefined =>
  taker && takers.isHere(taker.userId) ? taker : undefined;

interface TechniciansContext {
  readonly live: LiveSession;
  /** A user who may have it. @throws Refusal `not-found` */
  readonly successor: (userId: string) => Promise<SuccessorPerson>;
}

/**
 * The technician offers, and may take it back until the customer has said yes: whichever of the two had its turn first is
 * what happened.
 */
export const techniciansPassing = <Context extends TechniciansContext>(
  consoleOf: (context: Context) => Signer,
) => ({
  'passing.offer': async ({ userId, reason }: Of<typeof PassingOffer>, context: Context) => {
    const person = await context.successor(userId);
    await context.live.widen((session, now) => {
      stillSpeaks(session, consoleOf(context));
      return decideOffer(session, person, reason, now);
    });
    return undefined;
  },
  'passing.withdraw': async ({ passingId }: { passingId: string }, context: Context) => {
    await context.live.inOrder((session) => {
      stillSpeaks(session, consoleOf(context));
      return decideEndPassing(session, 'technician', 'withdrawn', passingId);
    });
    return undefined;
  },
});

/** What the colleague says to whom it is offered. */
export const successorsPassing = {
  'passing.take': async (
    { passingId }: Of<typeof PassingTake>,
    { live, user }: { live: LiveSession; user: SignedIn },
  ) => {
    demandAction(user, 'session.open');
    const { userId, email, address } = user;
    await live.widen((session, now) => {
      const entries = decideTake(session, passingId, userId, now);
      live.taker = { userId, email, address };
      return entries;
    });
    return undefined;
  },
  'passing.decline': async (
    { passingId }: { passingId: string },
    { live, user }: { live: LiveSession; user: SignedIn },
  ) => {
    await live.inOrder((session) =>
      isOfferTo(session.passing, passingId, user.userId)
        ? decideEndPassing(session, 'successor', 'declined', passingId)
        : [],
    );
    return undefined;
  },
};
