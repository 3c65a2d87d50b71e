import { Copy } from 'lucide-react';
import { useEffect } from 'react';
import { announce } from '../../shared/announcer.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { TextField } from '../../shared/ui/text-field.tsx';
import { withMarks } from '../../shared/with-marks.ts';
import questions from '../local/questions.module.css';
import { useSettled } from '../local/use-settled.ts';
import type { ClipboardDraft, ClipboardHere, ClipboardView } from './clipboard-here.ts';
import styles from './clipboard-question.module.css';

const text = t.clipboard.customer;

/** What waits between the two clipboards, docked as the other questions are: what the customer is writing comes first. */
export function ClipboardQuestion({
  clipboard,
  view,
  technician,
}: {
  clipboard: ClipboardHere;
  view: ClipboardView;
  /** Isolated, for sentences. */
  technician: string;
}) {
  const { draft, received, isAsked, news } = view;
  const parts = { clipboard, technician };
  return (
    <section className={questions.dock} aria-label={t.customer.local.question}>
      {draft ? (
        <Draft {...parts} draft={draft} />
      ) : received ? (
        <Received
          key={received.number}
          {...parts}
          received={received.text}
          isRefused={news === 'not-copied'}
        />
      ) : (
        isAsked && <Asked {...parts} />
      )}
    </section>
  );
}

interface Parts {
  clipboard: ClipboardHere;
  technician: string;
}

function Received({
  clipboard,
  technician,
  received,
  isRefused,
}: Parts & { received: string; isRefused: boolean }) {
  const isSettled = useSettled();
  useEffect(() => announce(text.say.came(technician)), [technician]);
  return (
    <>
      <div className={questions.words}>
        <h2>{text.came(technician)}</h2>
        <div className={styles.text}>
          <TextField
            label={text.cameText(technician)}
            hideLabel
            isReadOnly
            lines={3}
            value={withMarks(received)}
          />
        </div>
        <p className={questions.problem} role="alert">
          {isRefused && text.notCopied}
        </p>
      </div>
      <div className={questions.choices}>
        <Button size="large" isDisabled={!isSettled} onPress={() => clipboard.dismiss()}>
          {text.dismiss}
        </Button>
        <Button
          kind="primary"
          size="large"
          icon={<Copy />}
          isDisabled={!isSettled}
          onPress={() => void clipboard.copy(received)}
        >
          {text.copy}
        </Button>
      </div>
    </>
  );
}

function Asked({ clipboard, technician }: Parts) {
  const isSettled = useSettled();
  useEffect(() => announce(text.say.asks(technician), 'assertive'), [technician]);
  return (
    <>
      <div className={questions.words}>
        <h2>{text.asks(technician)}</h2>
        <p className={questions.quiet}>{text.asksLead}</p>
      </div>
      <div className={questions.choices}>
        <Button size="large" isDisabled={!isSettled} onPress={() => clipboard.refuse()}>
          {text.no}
        </Button>
        <Button
          kind="primary"
          size="large"
          isDisabled={!isSettled}
          onPress={() => void clipboard.beginDraft()}
        >
          {text.show}
        </Button>
      </div>
    </>
  );
}

function Draft({ clipboard, technician, draft }: Parts & { draft: ClipboardDraft }) {
  const isSettled = useSettled();
  const { isRead, isTooLong, isOnItsWay } = draft;
  return (
    <>
      <div className={questions.words}>
        <h2>{text.draft(technician)}</h2>
        <div className={styles.text}>
          <TextField
            // What was asked for by a press is what is written in next.
            autoFocus
            label={text.draftText}
            hideLabel
            lines={3}
            isReadOnly={isOnItsWay}
            value={draft.text}
            onChange={(changed) => clipboard.write(changed)}
            hint={isRead ? text.draftLead : text.pasteLead}
            error={isTooLong ? text.tooLong : undefined}
          />
        </div>
      </div>
      <div className={questions.choices}>
        <Button size="large" onPress={() => clipboard.refuse()}>
          {text.cancel}
        </Button>
        <Button
          kind="primary"
          size="large"
          isPending={isOnItsWay}
          isDisabled={!isSettled || isTooLong || draft.text === ''}
          onPress={() => clipboard.send()}
        >
          {text.send}
        </Button>
      </div>
    </>
  );
}
