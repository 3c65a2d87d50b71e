import type { KindPeriods, KindRule, PeriodsPreview } from '../../protocol/kind-periods.ts';
import type { Ending } from '../../protocol/retention-kinds.ts';
import type { Problem } from '../shared/api.ts';
import { rulesWords } from '../shared/strings/rules.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { DialogButtons } from '../shared/ui/dialog.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import styles from './run-dialog.module.css';

const text = rulesWords.periods;

/** From what to what, and what the next run would delete because of it. */
export function PeriodsConfirm({
  was,
  wanted,
  preview: { dueNow, dueThen },
  rule: { counts, ends },
  problem,
  isPending,
  onBack,
  onChange,
}: {
  was: KindPeriods;
  wanted: KindPeriods;
  preview: PeriodsPreview;
  rule: Pick<KindRule, 'counts'> & { readonly ends: Ending };
  problem: Problem | undefined;
  isPending: boolean;
  onBack: () => void;
  onChange: () => void;
}) {
  const more = dueThen - dueNow;
  // An extension keeps the session's record, not what goes before it.
  const isPart = ends === 'session-part';
  return (
    <>
      {problem !== undefined && <Notice kind="trouble">{problem.message}</Notice>}
      <ul className={styles.due}>
        {stepsOf(was, wanted).map(({ team, before, after }) => (
          <li key={team ?? ''}>{text.from(team, before, after)}</li>
        ))}
      </ul>
      {more > 0 ? (
        <Notice kind="warning" isSilent>
          {isPart ? text.deletesPartOfMore(more, counts) : text.deletesMore(more, counts)}
        </Notice>
      ) : (
        <p>{more < 0 ? text.deletesLess(-more, counts) : text.deletesSame}</p>
      )}
      <p>{isPart ? text.holdsPart : text.holds}</p>
      <DialogButtons>
        <Button onPress={onBack}>{t.back}</Button>
        <Button kind={more > 0 ? 'danger' : 'primary'} isPending={isPending} onPress={onChange}>
          {more > 0 ? text.actionDeleting : text.action}
        </Button>
      </DialogButtons>
    </>
  );
}

interface Step {
  readonly team?: string;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

function stepsOf(was: KindPeriods, wanted: KindPeriods): Step[] {
  const of = (periods: KindPeriods, team: string) => periods.teams.find((own) => own.team === team)?.days;
  const teams = new Set([...was.teams, ...wanted.teams].map(({ team }) => team));
  return [
    ...(was.days === wanted.days ? [] : [{ before: was.days, after: wanted.days }]),
    ...[...teams]
      .map((team) => ({ team, before: of(was, team), after: of(wanted, team) }))
      .filter(({ before, after }) => before !== after),
  ];
}
