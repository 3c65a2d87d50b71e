import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import styles from './questions.module.css';
import { useAnswered } from './use-answered.ts';
import { useSettled } from './use-settled.ts';

/** The two answers to a question about one person or program. Each counts once, and not before the question has stood for a moment. */
export function YesOrNo({
  give,
  yes = t.customer.local.allow,
  no = t.customer.local.refuse,
}: {
  give: (allow: boolean) => boolean;
  yes?: string;
  no?: string;
}) {
  const isSettled = useSettled();
  const [answer, setAnswer] = useAnswered<'allow' | 'refuse'>();
  const press = (chosen: 'allow' | 'refuse') => {
    if (give(chosen === 'allow')) setAnswer(chosen);
  };
  const isDisabled = !isSettled || answer !== undefined;
  return (
    <div className={styles.choices}>
      <Button
        size="large"
        isPending={answer === 'refuse'}
        isDisabled={isDisabled}
        onPress={() => press('refuse')}
      >
        {no}
      </Button>
      <Button
        kind="primary"
        size="large"
        isPending={answer === 'allow'}
        isDisabled={isDisabled}
        onPress={() => press('allow')}
      >
        {yes}
      </Button>
    </div>
  );
}
