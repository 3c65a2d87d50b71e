import { z } from 'zod';
import { KeepView, SavedView, SavedViews } from '../../../protocol/saved-view.ts';
import { type Clock, instant } from '../../clock.ts';
import type { SavedViewStore } from '../../records/account-store.ts';
import { type Route, route } from '../route.ts';

const ViewId = z.object({ id: z.uuid() });

/** Views of the session log that each user keeps for themselves. They show nothing: whoever opens one asks anew. */
export function viewRoutes(views: SavedViewStore, clock: Clock): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/views',
      summary: 'The views of the session log that you keep',
      who: 'session.read',
      answer: { status: 200, what: 'Your views, by name', schema: SavedViews },
      handle: async ({ user }) => ({ items: await views.savedViews(user.userId) }),
    }),

    route({
      method: 'put',
      path: '/api/v1/views/{id}',
      summary: 'Keep a view under an id of your choice, or change it',
      who: 'session.read',
      params: ViewId,
      body: KeepView,
      answer: { status: 200, what: 'The view', schema: SavedView },
      async handle({ user, params, body }) {
        const view = { ...body, id: params.id, changedAt: instant(clock) };
        await views.putSavedView(user.userId, view);
        return view;
      },
    }),

    route({
      method: 'delete',
      path: '/api/v1/views/{id}',
      summary: 'Keep a view no longer',
      who: 'session.read',
      params: ViewId,
      answer: { status: 204, what: 'It is gone' },
      handle: ({ user, params }) => views.deleteSavedView(user.userId, params.id),
    }),
  ];
}
