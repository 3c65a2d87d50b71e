import { X } from 'lucide-react';
import { useStore, WritableStore } from '../store.ts';
import { t } from '../strings.ts';
import { Button } from './button.tsx';
import { Notice, type NoticeKind } from './notice.tsx';
import styles from './toast.module.css';

interface Toast {
  id: number;
  kind: NoticeKind;
  text: string;
}

const SHOWN_MS = 6000;

const toasts = new WritableStore<readonly Toast[]>([]);
let lastId = 0;

const dismiss = (id: number) => toasts.set(toasts.get().filter((toast) => toast.id !== id));

/** Says that something happened that the reader need not answer. Trouble stays until it is dismissed. */
export function toast(text: string, kind: NoticeKind = 'info'): void {
  lastId += 1;
  const id = lastId;
  toasts.set([...toasts.get().slice(-3), { id, kind, text }]);
  if (kind !== 'trouble') setTimeout(() => dismiss(id), SHOWN_MS);
}

/** Where toasts appear and are read out; once per page. Dialogs leave it as it is: neither hidden nor inert. */
export function Toasts() {
  const shown = useStore(toasts);
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
                onPress={() => dismiss(id)}
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
