import { CHOSEN, LENGTHS, type LogView, WRITTEN } from './log-view.ts';

export type ChipKind =
  | 'period'
  | (typeof CHOSEN)[number]
  | 'kept'
  | (typeof LENGTHS)[number]
  | (typeof WRITTEN)[number];

/** One filter that holds now; `without` is the view after its chip was removed. */
export interface Chip {
  readonly id: string;
  readonly kind: ChipKind;
  /** The raw value: the page gives it its words. For `period` the period's name. */
  readonly value: string;
  readonly without: LogView;
}

/** The view's filters one by one, in the order of the filter bar. */
export function chipsOf(view: LogView): Chip[] {
  const chips: Chip[] = [];
  const add = (kind: ChipKind, value: string, without: LogView) =>
    chips.push({ id: `${kind}:${value}`, kind, value, without });

  if (view.period !== 'any' && !(view.period === 'custom' && !view.from && !view.to))
    add('period', view.period, { ...view, period: 'any', from: '', to: '' });
  for (const kind of CHOSEN)
    for (const value of view[kind])
      add(kind, value, { ...view, [kind]: (view[kind] as readonly string[]).filter((one) => one !== value) });
  for (const kind of ['kept', ...LENGTHS, ...WRITTEN] as const)
    if (view[kind].trim() !== '') add(kind, view[kind].trim(), { ...view, [kind]: '' });
  return chips;
}
