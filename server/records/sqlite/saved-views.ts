import { MAX_VIEWS, type SavedView } from '../../../protocol/saved-view.ts';
import { Refusal } from '../../refusal.ts';
import type { Connection } from './connection.ts';

export function savedViewReads(connection: Connection) {
  const ofUser = connection.prepare<[string], SavedView>(
    'SELECT id, name, search, changed_at AS changedAt FROM saved_views WHERE user_id = ? ORDER BY name, id',
  );
  return { savedViews: (userId: string): SavedView[] => ofUser.all(userId) };
}

/** Every one is found by its user as well as its id: nobody reaches another's. */
export function savedViewWrites(connection: Connection) {
  const count = connection
    .prepare<[string, string], number>('SELECT count(*) FROM saved_views WHERE user_id = ? AND id <> ?')
    .pluck();
  const put = connection.prepare(
    `INSERT INTO saved_views (user_id, id, name, search, changed_at)
     VALUES (@userId, @id, @name, @search, @changedAt)
     ON CONFLICT (user_id, id) DO UPDATE SET name = excluded.name, search = excluded.search,
       changed_at = excluded.changed_at`,
  );
  const replaced = connection
    .prepare<[string, string], number>('SELECT 1 FROM saved_views WHERE user_id = ? AND id = ?')
    .pluck();
  // What was searched for names customers, and the WAL still holds it.
  const leaveToForget = connection.prepare(
    `INSERT INTO unfinished (task) VALUES ('forget') ON CONFLICT DO NOTHING`,
  );
  const remove = connection.prepare('DELETE FROM saved_views WHERE user_id = ? AND id = ?');
  return {
    putSavedView(userId: string, view: SavedView): void {
      if ((count.get(userId, view.id) ?? 0) >= MAX_VIEWS)
        throw new Refusal('request.invalid', `You keep ${MAX_VIEWS} views already: delete one first.`);
      if (replaced.get(userId, view.id) !== undefined) leaveToForget.run();
      put.run({ userId, ...view });
    },
    deleteSavedView(userId: string, id: string): void {
      if (remove.run(userId, id).changes === 0) throw new Refusal('not-found', 'You keep no such view.');
      leaveToForget.run();
    },
  };
}
