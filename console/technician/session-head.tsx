import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { clock } from '../shared/figures.ts';
import { secondsBetween, useNow } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { ColleaguesMenu } from './colleagues-menu.tsx';
import styles from './session-head.module.css';

const text = t.technician.active;

/** Who is helped, on which computer, for how long, and the way out. */
export function SessionHead({
  state,
  onInvite,
  onPassOn,
  onEnd,
}: {
  state: ConsoleSessionState;
  onInvite: () => void;
  onPassOn: () => void;
  onEnd: () => void;
}) {
  const { contact, computer } = state;
  return (
    <header className={styles.head}>
      <h1 className={styles.title}>
        {state.reference !== undefined && (
          <bdi className={styles.reference} title={state.reference}>
            {state.reference}
          </bdi>
        )}
        <span className={styles.who} title={t.technician.home.of(contact.name, contact.company)}>
          <bdi className={styles.name}>{contact.name}</bdi>
          {contact.company !== undefined && (
            <span className={styles.company}>
              , <bdi>{contact.company}</bdi>
            </span>
          )}
        </span>
      </h1>
      {computer && (
        <p className={styles.computer}>
          <bdi className={styles.platform} title={computer.platform}>
            {computer.platform}
          </bdi>
          <span className={styles.address}>
            {' · '}
            <bdi>{computer.address}</bdi>
          </span>
        </p>
      )}
      <Timer since={state.startedAt ?? state.createdAt} />
      <ColleaguesMenu state={state} onInvite={onInvite} onPassOn={onPassOn} />
      <Button kind="danger" onPress={onEnd} aria-keyshortcuts="Control+Alt+Shift+E">
        {text.end}
      </Button>
    </header>
  );
}

function Timer({ since }: { since: string }) {
  const now = useNow();
  const time = clock(secondsBetween(since, now));
  return (
    <span className={styles.timer} role="timer" aria-label={text.ofFullSession(time)}>
      {time}
    </span>
  );
}
