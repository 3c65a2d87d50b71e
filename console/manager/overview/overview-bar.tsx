import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { Span } from '../../../protocol/statistics.ts';
import { useSignedIn } from '../../shared/signed-in.tsx';
import { t } from '../../shared/strings.ts';
import { TextField } from '../../shared/ui/text-field.tsx';
import { DelayedField } from '../delayed-field.tsx';
import { EVERYTHING, type LogView, withDays } from '../log-view.ts';
import { TeamFilter } from '../team-filter.tsx';
import styles from './overview-bar.module.css';
import { type EachPoint, withPeriod } from './overview-view.ts';

const PRESETS = ['last-7-days', 'last-30-days', 'last-90-days', 'last-365-days', 'custom'] as const;
type Preset = (typeof PRESETS)[number];

/** Its period stands in the bar already. */
export const showsPeriodOf = ({ period }: LogView): boolean =>
  PRESETS.some((preset) => preset === withPeriod({ ...EVERYTHING, period }).period);

/** The period first; team and technician for who sees others. The other filters of the log come with its address. */
export function OverviewBar({
  view,
  each,
  onChange,
}: {
  view: LogView;
  each: EachPoint;
  onChange: (view: LogView, each: EachPoint, how?: { replace: boolean }) => void;
}) {
  const text = t.overview;
  const { me } = useSignedIn();
  const seesOthers = me.user.role !== 'technician';
  const choose = (preset: Preset) =>
    onChange(
      preset === 'custom' ? withDays(view, new Date()) : { ...view, period: preset, from: '', to: '' },
      each,
    );
  return (
    <search className={styles.bar} aria-label={t.log.filters}>
      <ToggleButtonGroup
        aria-label={text.period}
        className={styles.presets ?? ''}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[withPeriod(view).period]}
        onSelectionChange={([preset]) => preset !== undefined && choose(preset as Preset)}
      >
        {PRESETS.map((preset) => (
          <ToggleButton key={preset} id={preset} className={styles.preset ?? ''}>
            {text.presets[preset]}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {view.period === 'custom' &&
        (['from', 'to'] as const).map((end) => (
          <TextField
            key={end}
            type="date"
            label={text[end]}
            hideLabel
            value={view[end]}
            onChange={(day) => onChange({ ...view, [end]: day }, each, { replace: true })}
          />
        ))}
      <ToggleButtonGroup
        aria-label={text.each}
        className={styles.presets ?? ''}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[each]}
        onSelectionChange={([chosen]) => chosen !== undefined && onChange(view, chosen as EachPoint)}
      >
        {(['auto', ...Span.options] as const).map((span) => (
          <ToggleButton key={span} id={span} className={styles.preset ?? ''}>
            {text.spans[span]}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {seesOthers && (
        <div className={styles.team}>
          <TeamFilter chosen={view.team} onChange={(team) => onChange({ ...view, team }, each)} />
        </div>
      )}
      {seesOthers && (
        <DelayedField
          label={t.log.technician}
          placeholder={t.log.technician}
          value={view.technician}
          onChange={(technician) => onChange({ ...view, technician }, each, { replace: true })}
        />
      )}
    </search>
  );
}
