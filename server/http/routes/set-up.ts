import { SetUpRequest, User } from '../../../protocol/access.ts';
import type { SetUp } from '../../access/set-up.ts';
import { type Route, route } from '../route.ts';

export function setUpRoutes(setUp: SetUp): Route[] {
  return [
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
