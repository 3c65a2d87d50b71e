import type { LocalState } from '../../../protocol/local-page.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';

/** What of this browser is shown, and who sees it: by this end's own lanes, whatever the broker says. */
export function shownSentence({ session, inUse, watchedBy }: LocalState): string {
  const text = t.customer.browser;
  const what = t.agents.surface[session.surface?.surface ?? 'unknown'];
  const technician = isolated(session.card.technician.name);
  if (session.status !== 'active') return text.showsLater(technician, what);
  const watching = session.watchers.filter(({ watchingId }) => watchedBy.includes(watchingId));
  const seers = [
    ...(inUse.includes('view') ? [technician] : []),
    ...watching.map(({ name }) => isolated(name)),
  ];
  return seers.length > 0 ? text.shows(seers, what) : text.showsNobody(technician, what);
}
