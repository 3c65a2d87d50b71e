import {
  CodeCard,
  Joined,
  JoinRequest,
  LookAtCode,
  TakenOver,
  TakeOverRequest,
} from '../../../protocol/join.ts';
import type { SessionService } from '../../sessions/session-service.ts';
import { type Route, route } from '../route.ts';

/** For customers, who have no account: the code is what they know. Tries are counted behind these, in sessions. */
export function joinRoutes(sessions: SessionService): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/v1/join/card',
      summary: 'The technician card behind a code, without using it up',
      who: 'anyone',
      body: LookAtCode,
      answer: { status: 200, what: 'Who asks for what, and why', schema: CodeCard },
      refusals: ['code.wrong', 'tries.too-many'],
      handle: ({ body, address }) => sessions.lookAt(body.code, address),
    }),

    route({
      method: 'post',
      path: '/api/v1/join',
      summary: 'An agent joins with a code and uses it up',
      who: 'anyone',
      body: JoinRequest,
      answer: { status: 200, what: 'The session, and the token for its signalling', schema: Joined },
      refusals: ['code.wrong', 'tries.too-many', 'protocol.mismatch'],
      handle: ({ body, address }) => sessions.join(body, address),
    }),

    route({
      method: 'post',
      path: '/api/v1/join/take-over',
      summary: 'A program takes over from the customer’s browser, with the ticket that was given there',
      who: 'anyone',
      body: TakeOverRequest,
      answer: { status: 200, what: 'The token for the signalling of its session', schema: TakenOver },
      refusals: ['ticket.wrong', 'tries.too-many', 'protocol.mismatch'],
      handle: ({ body, address }) => sessions.takeOver(body, address),
    }),
  ];
}
