import { t } from '../shared/strings.ts';
import { Select } from '../shared/ui/select.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { PERIODS, type Span, withDays } from './log-view.ts';

const ENDS = ['from', 'to'] as const;

/** A period by its name, or two days of the reader's own. */
export function SpanFields<View extends Span>({
  view,
  onChange,
}: {
  view: View;
  onChange: (view: View) => void;
}) {
  const text = t.log;
  return (
    <>
      <Select
        label={text.period}
        hideLabel
        options={(['any', ...PERIODS, 'custom'] as const).map((value) => ({
          value,
          label: text.periods[value],
        }))}
        value={view.period}
        onChange={(period) =>
          onChange(period === 'custom' ? withDays(view, new Date()) : { ...view, period, from: '', to: '' })
        }
      />
      {view.period === 'custom' &&
        ENDS.map((end) => (
          <TextField
            key={end}
            type="date"
            label={text[end]}
            hideLabel
            value={view[end]}
            onChange={(day) => onChange({ ...view, [end]: day })}
          />
        ))}
    </>
  );
}
