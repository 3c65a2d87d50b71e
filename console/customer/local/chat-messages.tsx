import { useEffect, useRef } from 'react';
import type { LocalState } from '../../../protocol/local-page.ts';
import { cx } from '../../shared/class-names.ts';
import { timeOf } from '../../shared/moments.ts';
import { t } from '../../shared/strings.ts';
import { withMarks } from '../../shared/with-marks.ts';
import styles from './chat-messages.module.css';
import { messageElementId } from './unread.ts';

/** Who wrote what, the newest in sight. */
export function ChatMessages({ state }: { state: LocalState }) {
  const text = t.customer.local;
  const list = useRef<HTMLOListElement>(null);
  const technician = state.session.card.technician.name;

  useEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [state.chat.length]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
    <ol ref={list} className={styles.messages} tabIndex={0} aria-label={text.chat}>
      {state.chat.map((message) => (
        <li
          key={message.id}
          id={messageElementId(message.id)}
          className={cx(styles.message, message.from === 'customer' && styles.mine)}
        >
          <span className={styles.who}>
            <bdi>{message.from === 'customer' ? text.you : (message.name ?? technician)}</bdi>{' '}
            {timeOf(message.at)}
          </span>
          <p dir="auto">{withMarks(message.text)}</p>
        </li>
      ))}
    </ol>
  );
}
