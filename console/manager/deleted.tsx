import type { SessionRetention } from '../../protocol/retention.ts';
import type { PartKind } from '../../protocol/retention-kinds.ts';
import { dayOf } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import styles from './deleted.module.css';

/** Stands where something was that is no longer kept. */
export function Deleted({ kind, retention }: { kind: PartKind; retention: SessionRetention }) {
  const at = retention.parts.find((part) => part.kind === kind)?.deletedAt;
  return (
    <span className={styles.deleted}>
      {at === undefined ? t.log.record.deleted : t.log.record.deletedOn(dayOf(at))}
    </span>
  );
}
