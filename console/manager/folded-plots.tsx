import { ChevronRight } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button, Disclosure, DisclosurePanel, Link } from 'react-aria-components';
import { t } from '../shared/strings.ts';
import { Waiting } from '../shared/ui/progress.tsx';
import styles from './folded-plots.module.css';
import { addressOfView, type LogView } from './log-view.ts';

// Whoever only reads the list loads no plots.
const Plots = lazy(async () => ({ default: (await import('./overview/plots.tsx')).Plots }));

/** Above the list: the same sessions in figures, once somebody unfolds them. */
export function FoldedPlots({ view }: { view: LogView }) {
  const [isOpen, setOpen] = useState(false);
  const period = view.period === 'any' ? 'last-30-days' : view.period;
  return (
    <Disclosure className={styles.fold ?? ''} isExpanded={isOpen} onExpandedChange={setOpen}>
      <div className={styles.head}>
        <Button slot="trigger" className={styles.trigger ?? ''}>
          <ChevronRight aria-hidden="true" className={isOpen ? styles.turned : ''} />
          {t.overview.fold(t.log.periods[period])}
        </Button>
        <Link href={`/overview${addressOfView(view)}`} className={styles.link ?? ''}>
          {t.overview.wholePage}
        </Link>
      </div>
      <DisclosurePanel>
        {isOpen && (
          <div className={styles.plots}>
            <Suspense fallback={<Waiting />}>
              <Plots view={view} each="auto" addressOf={(next) => `/log${addressOfView(next)}`} />
            </Suspense>
          </div>
        )}
      </DisclosurePanel>
    </Disclosure>
  );
}
