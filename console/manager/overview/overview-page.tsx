import { ScrollText } from 'lucide-react';
import { useCallback, useEffect, useMemo } from 'react';
import { navigate, useLocation } from '../../shared/router.tsx';
import { useSignedIn } from '../../shared/signed-in.tsx';
import { t } from '../../shared/strings.ts';
import { PageHead } from '../../shared/ui/app-shell.tsx';
import { Button } from '../../shared/ui/button.tsx';
import { FilterChips } from '../filter-chip-row.tsx';
import { type LogView, viewInAddress } from '../log-view.ts';
import { OverviewBar, showsPeriodOf } from './overview-bar.tsx';
import { type EachPoint, eachPointIn, logAddress, overviewAddress } from './overview-view.ts';
import { Plots } from './plots.tsx';

/** `/overview`: the log in figures. Its filters stand in the address as the log's do, so that one leads to the other. */
export function OverviewPage() {
  const { me } = useSignedIn();
  const { search } = useLocation();
  const view = useMemo(() => viewInAddress(search), [search]);
  const each = eachPointIn(search);
  useEffect(() => {
    document.title = `${t.overview.title} - ${t.product}`;
  }, []);
  const change = useCallback(
    (next: LogView, points: EachPoint, { replace = false } = {}) =>
      navigate(overviewAddress(next, points), { replace }),
    [],
  );
  /** The chips repeat no period that stands in the bar. */
  const { period, from, to } = view;
  const inBar = showsPeriodOf(view) ? { period, from, to } : {};
  const chipped = showsPeriodOf(view) ? { ...view, period: 'any' as const, from: '', to: '' } : view;
  const role = me.user.role;
  const { lead } = t.overview;
  return (
    <>
      <PageHead
        title={t.overview.title}
        lead={role === 'technician' || role === 'manager' ? lead[role] : lead.everything}
        actions={
          <Button icon={<ScrollText />} onPress={() => navigate(logAddress(view))}>
            {t.overview.toLog}
          </Button>
        }
      />
      <OverviewBar view={view} each={each} onChange={change} />
      <FilterChips view={chipped} onChange={(next) => change({ ...next, ...inBar }, each)} />
      <Plots view={view} each={each} addressOf={(next) => overviewAddress(next, each)} />
    </>
  );
}
