import { MessageSquare, SendHorizontal } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { timeOf } from '../shared/moments.ts';
import { useStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { withMarks } from '../shared/with-marks.ts';
import styles from './chat-panel.module.css';
import { NotAllowed } from './not-allowed.tsx';
import { isGranted, type SupportSession } from './support-session.ts';

const text = t.technician.chat;

export function ChatPanel({ session, state }: { session: SupportSession; state: ConsoleSessionState }) {
  const lines = useStore(session.chat.lines);
  const [draft, setDraft] = useState('');
  const end = useRef<HTMLDivElement>(null);
  const isAllowed = isGranted(state, 'chat');

  // A new line is what scrolls.
  useEffect(() => {
    if (lines.length > 0) end.current?.scrollIntoView({ block: 'nearest' });
  }, [lines.length]);

  function send(event?: FormEvent) {
    event?.preventDefault();
    if (draft.trim() === '') return;
    session.chat.say(draft.trim());
    setDraft('');
  }
  function key(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <div className={styles.chat}>
      <div className={styles.lines} role="log" aria-label={text.messages}>
        {lines.length === 0 && (
          <EmptyState icon={<MessageSquare />} title={text.empty}>
            {text.emptyHow}
          </EmptyState>
        )}
        {lines.map((line) => (
          <div key={line.id} className={styles[line.from]}>
            <p className={styles.bubble}>
              <bdi>{withMarks(line.text)}</bdi>
            </p>
            <span className={styles.when}>
              {line.from === 'technician' ? text.you : <bdi>{state.contact.name}</bdi>}, {timeOf(line.at)}
              {line.isWaiting && ` (${text.waiting})`}
            </span>
          </div>
        ))}
        <div ref={end} />
      </div>
      {isAllowed ? (
        <form className={styles.form} onSubmit={send}>
          <textarea
            className={styles.input}
            aria-label={text.placeholder}
            placeholder={text.placeholder}
            rows={2}
            maxLength={4000}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={key}
            data-testid="chat-input"
          />
          <Button type="submit" kind="primary" icon={<SendHorizontal />} aria-label={text.send} />
        </form>
      ) : (
        <div className={styles.form}>
          <NotAllowed session={session} state={state} tool="chat" say={text.notAllowed} />
        </div>
      )}
    </div>
  );
}
