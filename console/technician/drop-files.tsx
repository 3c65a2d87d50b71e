import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { t } from '../shared/strings.ts';
import { toast } from '../shared/ui/toast.tsx';
import { useAction } from '../shared/use-action.ts';
import styles from './drop-files.module.css';
import type { SupportSession } from './support-session.ts';

const text = t.technician.files;

/** Files dropped on `children` are offered to the customer. By keyboard the files panel does the same. */
export function DropFiles({
  session,
  isAllowed,
  children,
}: {
  session: SupportSession;
  isAllowed: boolean;
  children: ReactNode;
}) {
  const [isOver, setOver] = useState(false);
  /** Elements inside report their own enter and leave. */
  const depth = useRef(0);
  const { act } = useAction();

  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  function enter(event: DragEvent) {
    if (!hasFiles(event)) return;
    depth.current += 1;
    setOver(true);
  }
  function leave() {
    depth.current = Math.max(0, depth.current - 1);
    if (depth.current === 0) setOver(false);
  }
  function drop(event: DragEvent) {
    if (!hasFiles(event)) return;
    // Without this the browser would open the file in place of the session.
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    const files = [...event.dataTransfer.files];
    if (!isAllowed) toast(text.sendNotAllowed, 'warning');
    else
      void act(async () => {
        for (const file of files) await session.files.offer(file);
      });
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop on; the files panel has the button for it
    <div
      className={styles.place}
      onDragEnter={enter}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDragLeave={leave}
      onDrop={drop}
    >
      {children}
      {isOver && <div className={styles.over}>{isAllowed ? text.dropHere : text.sendNotAllowed}</div>}
    </div>
  );
}
