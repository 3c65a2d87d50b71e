import { useState } from 'react';
import { type KindPeriods, type KindRule, PeriodsPreview } from '../../protocol/kind-periods.ts';
import { RETENTION_KINDS } from '../../protocol/retention-kinds.ts';
import { asProblem, Done, type Problem } from '../shared/api.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { rulesWords } from '../shared/strings/rules.ts';
import { Dialog } from '../shared/ui/dialog.tsx';
import { toast } from '../shared/ui/toast.tsx';
import { PeriodsConfirm } from './periods-confirm.tsx';
import { PeriodsForm } from './periods-form.tsx';

const text = rulesWords.periods;

/** Asks for the periods of one kind, then shows what they would delete, then changes them. */
export function PeriodsDialog({
  rule,
  teams,
  onClose,
  onChanged,
}: {
  rule: KindRule;
  teams: readonly string[];
  onClose: () => void;
  onChanged: () => void;
}) {
  const { api } = useSignedIn();
  const { kind, name, counts, periods } = rule;
  const was: KindPeriods = { days: periods?.days ?? 0, teams: periods?.teams ?? [] };
  const [wanted, setWanted] = useState(was);
  const [preview, setPreview] = useState<PeriodsPreview>();
  const [problem, setProblem] = useState<Problem>();
  const [isPending, setPending] = useState(false);

  const ask = async (work: () => Promise<void>) => {
    setProblem(undefined);
    setPending(true);
    try {
      await work();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
    setPending(false);
  };
  const look = (given: KindPeriods) =>
    ask(async () => {
      setWanted(given);
      setPreview(await api.post(`/settings/retention/${kind}/preview`, given, PeriodsPreview));
    });
  const change = () =>
    ask(async () => {
      await api.put(`/settings/retention/${kind}`, { ...wanted, was }, Done);
      toast(text.done(name), 'done');
      onChanged();
    });

  if (preview === undefined)
    return (
      <Dialog title={text.dialogTitle(name)} isOpen onClose={onClose}>
        <PeriodsForm
          rule={rule}
          teams={teams}
          was={was}
          first={wanted}
          problem={problem}
          isPending={isPending}
          onClose={onClose}
          onGiven={look}
        />
      </Dialog>
    );
  return (
    <Dialog title={text.confirmTitle(name)} role="alertdialog" isOpen onClose={onClose}>
      <PeriodsConfirm
        was={was}
        wanted={wanted}
        preview={preview}
        rule={{ counts, ends: RETENTION_KINDS[kind].ends }}
        problem={problem}
        isPending={isPending}
        onBack={() => {
          setProblem(undefined);
          setPreview(undefined);
        }}
        onChange={change}
      />
    </Dialog>
  );
}
