import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { CodeCard } from '../../../protocol/join.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { StepTitle } from '../step-title.tsx';
import { digitsOf, groupDigits, isWholeCode } from './code-entry.ts';
import { CodeField } from './code-field.tsx';
import styles from './join.module.css';
import { lookAtCode } from './look-at-code.ts';

/** The one field of the join page. `given`: digits from a link, looked up at once. */
export function CodeForm({
  given,
  onFound,
}: {
  given: string;
  onFound: (code: string, found: CodeCard) => void;
}) {
  const text = t.customer.join;
  const [typed, setTyped] = useState(() => groupDigits(given));
  const [isLooking, setLooking] = useState(false);
  const [problem, setProblem] = useState<{ sentence: string; isCode: boolean }>();
  const field = useRef<HTMLInputElement>(null);

  const look = async (code: string) => {
    if (isLooking) return;
    if (!isWholeCode(code)) {
      setProblem({ sentence: text.incomplete, isCode: true });
      field.current?.focus();
      return;
    }
    setProblem(undefined);
    setLooking(true);
    const answer = await lookAtCode(code);
    setLooking(false);
    if (answer.ok) onFound(code, answer.found);
    else {
      setProblem(answer);
      field.current?.focus();
    }
  };

  const lookedAtGiven = useRef(false);
  useEffect(() => {
    document.title = `${text.title} - ${t.product}`;
    if (given === '' || lookedAtGiven.current) return;
    lookedAtGiven.current = true;
    void look(given);
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void look(digitsOf(typed));
  };

  return (
    <form className={styles['code-form']} onSubmit={submit} noValidate>
      <div>
        <StepTitle>{text.heading}</StepTitle>
        <p className={styles.lead}>{text.lead}</p>
      </div>
      <CodeField
        value={typed}
        onChange={(value) => {
          setTyped(value);
          setProblem(undefined);
        }}
        error={problem?.isCode ? problem.sentence : undefined}
        inputRef={field}
      />
      {problem !== undefined && !problem.isCode && <Notice kind="warning">{problem.sentence}</Notice>}
      <Button type="submit" kind="primary" size="large" isPending={isLooking}>
        {isLooking ? text.looking : text.proceed}
      </Button>
      <p className={styles.quiet}>{text.safety}</p>
    </form>
  );
}
