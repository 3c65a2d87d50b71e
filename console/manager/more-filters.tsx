import { EndedBy } from '../../protocol/session.ts';
import { KeptLonger } from '../../protocol/session-query.ts';
import { Signatures } from '../../protocol/signatures.ts';
import { TOOLS } from '../../protocol/tool.ts';
import { t } from '../shared/strings.ts';
import { ChoiceMenu } from '../shared/ui/choice-menu.tsx';
import { ToolIcon } from '../shared/ui/icon-for-tool.tsx';
import { DelayedField } from './delayed-field.tsx';
import type { LogView } from './log-view.ts';

const WRITTEN = ['contact', 'reference', 'computer', 'file', 'watcher', 'minMinutes', 'maxMinutes'] as const;

/** Whether one of them holds: then they are shown from the start. */
export const hasMore = (view: LogView): boolean =>
  view.refused.length > 0 ||
  view.endedBy.length > 0 ||
  view.signatures.length > 0 ||
  view.kept !== '' ||
  WRITTEN.some((name) => view[name] !== '');

/** Filters that are asked for less often, behind "More filters". */
export function MoreFilters({
  view,
  onChange,
}: {
  view: LogView;
  onChange: (view: LogView, how?: { replace: boolean }) => void;
}) {
  const text = t.log;
  return (
    <>
      {WRITTEN.map((name) => (
        <DelayedField
          key={name}
          label={text[name]}
          placeholder={text[name]}
          value={view[name]}
          onChange={(value) => onChange({ ...view, [name]: value }, { replace: true })}
        />
      ))}
      <ChoiceMenu
        label={text.refused}
        face={text.chosen(text.refused, view.refused.length)}
        choices={TOOLS.map((value) => ({
          value,
          label: t.tools.name[value],
          icon: <ToolIcon tool={value} />,
        }))}
        chosen={view.refused}
        onChange={(refused) => onChange({ ...view, refused })}
      />
      <ChoiceMenu
        label={text.endedBy}
        face={text.chosen(text.endedBy, view.endedBy.length)}
        choices={EndedBy.options.map((value) => ({ value, label: t.session.endedBy[value] }))}
        chosen={view.endedBy}
        onChange={(endedBy) => onChange({ ...view, endedBy })}
      />
      <ChoiceMenu
        label={text.signatures}
        face={text.chosen(text.signatures, view.signatures.length)}
        choices={Signatures.options.map((value) => ({ value, label: text.signed[value] }))}
        chosen={view.signatures}
        onChange={(signatures) => onChange({ ...view, signatures })}
      />
      <ChoiceMenu
        label={text.kept}
        face={text.chosen(text.kept, view.kept === '' ? 0 : 1)}
        choices={KeptLonger.options.map((value) => ({ value, label: text.keptLonger[value] }))}
        chosen={view.kept === '' ? [] : [view.kept]}
        onChange={(chosen) => onChange({ ...view, kept: chosen.find((one) => one !== view.kept) ?? '' })}
      />
    </>
  );
}
