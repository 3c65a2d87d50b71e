import { MessageSquare } from 'lucide-react';
import type { LocalState } from '../../../protocol/local-page.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { withMarks } from '../../shared/with-marks.ts';
import styles from './message-line.module.css';

/** A message that came while its panel was out of sight, docked until it is read. The page has said it to screen readers. */
export function MessageLine({
  unread,
  technician,
  read,
}: {
  unread: readonly LocalState['chat'][number][];
  technician: string;
  read: () => void;
}) {
  const text = t.customer.local;
  const newest = unread.at(-1);
  if (newest === undefined) return null;
  return (
    <section className={styles.line} aria-label={text.unread(unread.length)}>
      <MessageSquare size={22} aria-hidden="true" />
      <p className={styles.words}>
        <strong>{text.writes(isolated(newest.name ?? technician), unread.length)}</strong>{' '}
        <bdi className={styles.message}>{withMarks(newest.text)}</bdi>
      </p>
      <Button onPress={read}>{text.read}</Button>
    </section>
  );
}
