import { SlidersHorizontal } from 'lucide-react';
import { useState } from 'react';
import { Outcome, SessionStatus } from '../../protocol/session.ts';
import { TOOLS } from '../../protocol/tool.ts';
import { cx } from '../shared/class-names.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { ChoiceMenu } from '../shared/ui/choice-menu.tsx';
import { ToolIcon } from '../shared/ui/icon-for-tool.tsx';
import { DelayedField, MOST_SEARCHED } from './delayed-field.tsx';
import styles from './filter-bar.module.css';
import { chipsOf } from './filter-chips.ts';
import type { LogView } from './log-view.ts';
import { hasMore, MoreFilters } from './more-filters.tsx';
import { SpanFields } from './span-fields.tsx';
import { TeamFilter } from './team-filter.tsx';
import { SEARCH_FIELD_ID } from './use-log-keys.ts';

/** All filters in one bar; on a narrow page everything but the search is folded away. */
export function FilterBar({
  view,
  onChange,
}: {
  view: LogView;
  onChange: (view: LogView, how?: { replace: boolean }) => void;
}) {
  const text = t.log;
  const { me } = useSignedIn();
  const [isUnfolded, setUnfolded] = useState(false);
  const [isFull, setFull] = useState(hasMore(view));
  const seesOthers = me.user.role !== 'technician';
  /** Typing is one step for the back button, not one per letter. */
  const type = (change: Partial<LogView>) => onChange({ ...view, ...change }, { replace: true });

  return (
    <search className={styles.bar} aria-label={text.filters}>
      <div className={styles.search}>
        <DelayedField
          id={SEARCH_FIELD_ID}
          label={text.search}
          placeholder={text.searchHint}
          value={view.q}
          maxCharacters={MOST_SEARCHED}
          onChange={(q) => type({ q })}
        />
        <Button
          icon={<SlidersHorizontal />}
          className={styles.fold}
          aria-expanded={isUnfolded}
          onPress={() => setUnfolded(!isUnfolded)}
        >
          {text.chosen(text.filters, chipsOf(view).length)}
        </Button>
      </div>
      <div className={cx(styles.rest, isFull && styles.full, !isUnfolded && styles.folded)}>
        <SpanFields view={view} onChange={onChange} />
        <ChoiceMenu
          label={text.status}
          face={text.chosen(text.status, view.status.length)}
          choices={SessionStatus.options.map((value) => ({ value, label: t.session.status[value] }))}
          chosen={view.status}
          onChange={(status) => onChange({ ...view, status })}
        />
        <ChoiceMenu
          label={text.tools}
          face={text.chosen(text.tools, view.tool.length)}
          choices={TOOLS.map((value) => ({
            value,
            label: t.tools.name[value],
            icon: <ToolIcon tool={value} />,
          }))}
          chosen={view.tool}
          onChange={(tool) => onChange({ ...view, tool })}
        />
        <ChoiceMenu
          label={text.outcome}
          face={text.chosen(text.outcome, view.outcome.length)}
          choices={Outcome.options.map((value) => ({ value, label: t.session.outcome[value] }))}
          chosen={view.outcome}
          onChange={(outcome) => onChange({ ...view, outcome })}
        />
        {seesOthers && <TeamFilter chosen={view.team} onChange={(team) => onChange({ ...view, team })} />}
        {seesOthers && (
          <DelayedField
            label={text.technician}
            placeholder={text.technician}
            value={view.technician}
            onChange={(technician) => type({ technician })}
          />
        )}
        <DelayedField
          label={text.company}
          placeholder={text.company}
          value={view.company}
          onChange={(company) => type({ company })}
        />
        {isFull && <MoreFilters view={view} onChange={onChange} />}
        <Button kind="quiet" className={styles.more} aria-expanded={isFull} onPress={() => setFull(!isFull)}>
          {isFull ? text.fewer : text.more}
        </Button>
      </div>
    </search>
  );
}
