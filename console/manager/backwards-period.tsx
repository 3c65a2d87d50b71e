import { CalendarX } from 'lucide-react';
import { wordsOfDay } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import type { Span } from './log-view.ts';

/** In the place of a list: of a period that ends before it begins nothing is asked. */
export function BackwardsPeriod<View extends Span>({
  view,
  onChange,
}: {
  view: View;
  onChange: (view: View) => void;
}) {
  const text = t.log;
  return (
    <EmptyState
      icon={<CalendarX />}
      title={text.backwardsTitle}
      action={
        <Button onPress={() => onChange({ ...view, from: view.to, to: view.from })}>{text.swapDays}</Button>
      }
    >
      {text.backwards(wordsOfDay(view.from), wordsOfDay(view.to))}
    </EmptyState>
  );
}
