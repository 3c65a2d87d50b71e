import { useState } from 'react';
import type { PendingConsent } from '../../../protocol/consent.ts';
import type { LocalCommand } from '../../../protocol/local-page.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ToolMeaning } from '../tool-meaning.tsx';
import styles from './questions.module.css';
import { SecondsLeft } from './seconds-left.tsx';
import { ToolTicks } from './tool-ticks.tsx';
import { useAnswered } from './use-answered.ts';
import { useSettled } from './use-settled.ts';

/** More tools, asked for during the session. One is a plain yes or no; several are ticked one by one. */
export function ToolQuestion({
  request,
  technician,
  hasView,
  isInBrowser,
  send,
}: {
  request: PendingConsent;
  /** Isolated, for sentences. */
  technician: string;
  hasView: boolean;
  isInBrowser: boolean;
  send: (command: LocalCommand) => boolean;
}) {
  const text = t.customer.local;
  const isSettled = useSettled();
  const [ticked, setTicked] = useState<ReadonlySet<Tool>>(new Set());
  const [answer, setAnswer] = useAnswered<'allow' | 'refuse'>();
  const [only] = request.tools.length === 1 ? request.tools : [];

  const give = (allowed: readonly Tool[]) => {
    if (send({ type: 'consent.answer', requestId: request.requestId, allowed: [...allowed] }))
      setAnswer(allowed.length > 0 ? 'allow' : 'refuse');
  };

  return (
    <>
      <div className={styles.words}>
        <h2>{text.oneMore(technician, request.tools)}</h2>
        {only !== undefined && <ToolMeaning tool={only} isInBrowser={isInBrowser} />}
        <SecondsLeft request={request} />
      </div>
      {only === undefined && (
        <div className={styles.ticks}>
          <ToolTicks
            tools={request.tools}
            ticked={ticked}
            onChange={setTicked}
            isDisabled={answer !== undefined}
            hasView={hasView}
            isInBrowser={isInBrowser}
          />
        </div>
      )}
      <div className={styles.choices}>
        <Button
          size="large"
          isPending={answer === 'refuse'}
          isDisabled={!isSettled || answer !== undefined}
          onPress={() => give([])}
        >
          {text.refuse}
        </Button>
        <Button
          kind="primary"
          size="large"
          isPending={answer === 'allow'}
          isDisabled={!isSettled || answer !== undefined || (only === undefined && ticked.size === 0)}
          onPress={() => give(only === undefined ? [...ticked] : [only])}
        >
          {only === undefined ? text.allowTicked : text.allow}
        </Button>
      </div>
    </>
  );
}
