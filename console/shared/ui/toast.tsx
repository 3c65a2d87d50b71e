import { X } from 'lucide-react';
import type { NoticeKind } from '../notice-kind.ts';
import { useStore } from '../store.ts';
import { t } from '../strings.ts';
import { ToastList } from '../toast-list.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import styles from './toast.module.css';

const toasts = new ToastList();

/** Says that something happened that the reader need not answer. @returns takes it back, once it is true no more. */
export const toast = (text: string, kind: NoticeKind = 'info'): (() => void) => {
  const id = toasts.add(text, kind);
  return () => toasts.dismiss(id);
};

/** Something worked: the trouble that is still shown is over. */
export const dismissTrouble = (): void => toasts.dismissTrouble();

/** What they are about is over, whatever they say. */
export const dismissToasts = (): void => toasts.dismissAll();

/** Where toasts appear and are read out; once per page. Dialogs leave it as it is: neither hidden nor inert. */
export function Toasts() {
  const shown = useStore(toasts.shown);
  return (
    <div
      className={styles.toasts}
      role="log"
      aria-live="polite"
      aria-label={t.notifications}
      data-live-announcer="true"
      data-react-aria-top-layer="true"
    >
      {shown.map(({ id, kind, text }) => (
        <div key={id} className={styles.toast}>
          <Notice
            kind={kind}
            isSilent={kind !== 'trouble'}
            actions={
              <Button
                kind="quiet"
                size="small"
                icon={<X />}
                aria-label={t.dismiss}
                onPress={() => toasts.dismiss(id)}
              />
            }
          >
            {text}
          </Notice>
        </div>
      ))}
    </div>
  );
}
