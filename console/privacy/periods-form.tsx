import { X } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Form } from 'react-aria-components';
import type { KindPeriods, KindRule } from '../../protocol/kind-periods.ts';
import type { Problem } from '../shared/api.ts';
import { rulesWords } from '../shared/strings/rules.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { DialogButtons } from '../shared/ui/dialog.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { Select } from '../shared/ui/select.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import styles from './periods-form.module.css';

const text = rulesWords.periods;

interface Typed {
  readonly days: string;
  readonly teams: readonly { readonly team: string; readonly days: string }[];
}

/** Days for everybody and for teams of their own. What the broker says against a field stands under it. */
export function PeriodsForm({
  rule: { periods },
  teams,
  was,
  first,
  problem,
  isPending,
  onClose,
  onGiven,
}: {
  rule: KindRule;
  teams: readonly string[];
  was: KindPeriods;
  first: KindPeriods;
  problem: Problem | undefined;
  isPending: boolean;
  onClose: () => void;
  onGiven: (periods: KindPeriods) => void;
}) {
  const [typed, setTyped] = useState<Typed>(() => typedOf(first));
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const given = givenOf(typed);
  const isSame = JSON.stringify(given) === JSON.stringify(was);
  useEffect(() => {
    if (problem !== undefined || tried)
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem, tried]);

  const fault = (path: string, value: string) => {
    if (tried && value.trim() === '') return text.needed;
    const message = problem?.fields[path];
    return message === undefined ? undefined : text.fault(message);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if ([typed.days, ...typed.teams.map(({ days }) => days)].every((days) => days.trim() !== ''))
      onGiven(given);
  };
  const setTeam = (team: string, days: string) =>
    setTyped({ ...typed, teams: typed.teams.map((own) => (own.team === team ? { team, days } : own)) });
  const free = teams.filter((team) => !typed.teams.some((own) => own.team === team));
  if (periods === undefined) return null;
  const number = { type: 'number' as const, inputMode: 'numeric' as const, autoComplete: 'off' };

  return (
    <Form ref={form} onSubmit={submit} validationBehavior="aria" className={styles.form ?? ''}>
      {problem !== undefined && Object.keys(problem.fields).length === 0 && (
        <Notice kind="trouble">{problem.message}</Notice>
      )}
      <TextField
        {...number}
        label={text.forAll}
        hint={text.hint(periods.minDays, periods.maxDays)}
        autoFocus
        value={typed.days}
        onChange={(days) => setTyped({ ...typed, days })}
        error={fault('days', typed.days)}
      />
      {typed.teams.map(({ team, days }, index) => (
        <div key={team} className={styles.team}>
          <TextField
            {...number}
            label={text.ofTeam(team)}
            value={days}
            onChange={(value) => setTeam(team, value)}
            error={fault(`teams.${index}.days`, days)}
          />
          <Button
            icon={<X />}
            aria-label={text.removeOf(team)}
            onPress={() => setTyped({ ...typed, teams: typed.teams.filter((own) => own.team !== team) })}
          >
            {text.remove}
          </Button>
        </div>
      ))}
      {periods.mayDifferByTeam && free.length > 0 && (
        <Select
          label={text.addTeam}
          options={[
            { value: '', label: text.chooseTeam },
            ...free.map((team) => ({ value: team, label: team })),
          ]}
          value=""
          onChange={(team) =>
            team !== '' && setTyped({ ...typed, teams: [...typed.teams, { team, days: typed.days }] })
          }
        />
      )}
      <DialogButtons>
        <Button onPress={onClose}>{t.cancel}</Button>
        <Button type="submit" kind="primary" isPending={isPending} isDisabled={isSame}>
          {text.go}
        </Button>
      </DialogButtons>
    </Form>
  );
}

const typedOf = ({ days, teams }: KindPeriods): Typed => ({
  days: String(days),
  teams: teams.map((own) => ({ team: own.team, days: String(own.days) })),
});

const givenOf = ({ days, teams }: Typed): KindPeriods => ({
  days: Number(days),
  teams: teams.map((own) => ({ team: own.team, days: Number(own.days) })),
});
