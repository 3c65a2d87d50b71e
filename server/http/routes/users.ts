import { z } from 'zod';
import { ChangeUser, NewUser, User } from '../../../protocol/access.ts';
import { Colleagues } from '../../../protocol/watching.ts';
import { mayDo } from '../../access/policies.ts';
import type { Users } from '../../access/users.ts';
import { type Route, route } from '../route.ts';

export function userRoutes(users: Users): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/users',
      summary: 'Every user',
      who: 'user.read',
      answer: { status: 200, what: 'The users', schema: z.object({ items: z.array(User) }) },
      handle: async () => ({ items: await users.list() }),
    }),

    route({
      method: 'get',
      path: '/api/v1/colleagues',
      summary: 'Who can be invited to watch a session',
      who: 'session.invite',
      answer: { status: 200, what: 'Other users, by name', schema: Colleagues },
      handle: async ({ user: { userId, reading } }) => {
        const others = (await users.list()).filter(
          ({ id, disabled, role }) => id !== userId && !disabled && mayDo({ role, reading }, 'session.watch'),
        );
        const items = others.map(({ id, name, role, teams }) => ({ id, name, role, teams }));
        return { items: items.sort((a, b) => a.name.localeCompare(b.name)) };
      },
    }),

    route({
      method: 'post',
      path: '/api/v1/users',
      summary: 'Add a user',
      who: 'user.change',
      body: NewUser,
      answer: { status: 201, what: 'The user', schema: User },
      refusals: ['already-exists'],
      handle: ({ body, user }) => users.add(body, user.userId),
    }),

    route({
      method: 'patch',
      path: '/api/v1/users/{id}',
      summary: 'Change a user: disable, role, teams, password',
      who: 'user.change',
      params: z.object({ id: z.uuid() }),
      body: ChangeUser.refine(
        (change) => Object.values(change).some((value) => value !== undefined),
        'nothing to change',
      ),
      answer: { status: 200, what: 'The user as changed', schema: User },
      handle: ({ params, body, user }) => users.change(params.id, body, user.userId),
    }),
  ];
}
