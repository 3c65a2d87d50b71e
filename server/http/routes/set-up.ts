import { z } from 'zod';
import { SetUpRequest, SetUpState, User } from '../../../protocol/access.ts';
import type { SetUp } from '../../access/set-up.ts';
import { type Route, route } from '../route.ts';

export function setUpRoutes(setUp: SetUp): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/set-up',
      summary: 'Whether the first administrator is still to be made, and whether this token may make them',
      who: 'anyone',
      query: z.object({ token: z.string().max(128).default('') }),
      answer: { status: 200, what: 'How the set-up stands', schema: SetUpState },
      handle: ({ query }) => setUp.state(query.token),
    }),
    route({
      method: 'post',
      path: '/api/v1/set-up',
      summary: 'Make the first administrator with the one-time token; 404 once there is a user',
      who: 'anyone',
      body: SetUpRequest,
      answer: { status: 201, what: 'The administrator, who can sign in now', schema: User },
      refusals: ['sign-in.wrong', 'not-found'],
      handle: ({ body }) => setUp.complete(body),
    }),
  ];
}
