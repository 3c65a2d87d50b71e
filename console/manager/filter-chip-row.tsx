import { X } from 'lucide-react';
import { Button as AriaButton } from 'react-aria-components';
import { wordsOfDay } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import styles from './filter-chip-row.module.css';
import { type Chip, chipsOf } from './filter-chips.ts';
import { type LogView, withoutFilters } from './log-view.ts';

/** The filters that hold now, each with its way out. */
export function FilterChips({ view, onChange }: { view: LogView; onChange: (view: LogView) => void }) {
  const chips = chipsOf(view);
  if (chips.length === 0) return null;
  return (
    <div className={styles.row}>
      <ul className={styles.chips} aria-label={t.log.chips}>
        {chips.map((chip) => {
          const words = wordsOf(chip, view);
          return (
            <li key={chip.id}>
              <AriaButton
                className={styles.chip ?? ''}
                aria-label={t.log.remove(words)}
                onPress={() => onChange(chip.without)}
              >
                <span className={styles.words}>{words}</span>
                <X aria-hidden="true" />
              </AriaButton>
            </li>
          );
        })}
      </ul>
      {chips.length > 1 && (
        <Button kind="quiet" size="small" onPress={() => onChange(withoutFilters(view))}>
          {t.log.clear}
        </Button>
      )}
    </div>
  );
}

function wordsOf({ kind, value }: Chip, view: LogView): string {
  const { chip, periods, span } = t.log;
  const valueIn = <Words extends Readonly<Record<string, string>>>(words: Words): string =>
    words[value] ?? value;
  switch (kind) {
    case 'period':
      return view.period === 'custom'
        ? span(wordsOfDay(view.from), wordsOfDay(view.to))
        : chip.period(valueIn(periods));
    case 'tool':
    case 'refused':
      return chip[kind](valueIn(t.tools.name));
    case 'endedBy':
      return chip.endedBy(valueIn(t.session.endedBy));
    case 'signatures':
      return chip.signatures(valueIn(t.log.signed));
    case 'kept':
      return chip.kept(valueIn(t.log.keptLonger));
    case 'status':
      return chip.status(valueIn(t.session.status));
    case 'outcome':
      return chip.outcome(valueIn(t.session.outcome));
    default:
      return chip[kind](value);
  }
}
