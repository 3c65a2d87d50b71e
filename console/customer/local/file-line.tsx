import { FileDown, FileUp, X } from 'lucide-react';
import type { FileState } from '../../../protocol/file-messages.ts';
import { saysNoSuchFile } from '../../../protocol/file-reason.ts';
import type { Transfer } from '../../../protocol/local-page.ts';
import { cx } from '../../shared/class-names.ts';
import { byteRate, byteSize, duration } from '../../shared/figures.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ProgressBar } from '../../shared/ui/progress.tsx';
import styles from './files-panel.module.css';

/** One file: its name, where it stands, and how far it is. */
export function FileLine({
  file,
  transfer,
  asked,
  technician,
  onCancel,
}: {
  file: FileState;
  transfer: Transfer | undefined;
  /** Where a path leads that was asked for. */
  asked: string | undefined;
  /** Their name. */
  technician: string;
  onCancel: () => void;
}) {
  const text = t.customer.local;
  const name = asked ?? file.name ?? file.path ?? text.unnamed;
  const isIncoming = file.tool === 'file-upload';
  const isMoving = file.standing === 'accepted';
  const isMissing = file.standing === 'refused' && saysNoSuchFile(file.reason);
  const why = isMissing ? undefined : whyNot(file, technician);
  return (
    <li
      className={cx(
        styles.file,
        (file.standing === 'failed' || (file.standing === 'refused' && !isMissing)) && styles.bad,
      )}
    >
      {isIncoming ? <FileDown aria-hidden="true" /> : <FileUp aria-hidden="true" />}
      <div className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        <span className={styles.facts}>
          {standingWords(file)}
          {why !== undefined && (
            <>
              {' · '}
              <bdi>{why}</bdi>
            </>
          )}
        </span>
        {isMoving && transfer !== undefined && file.size !== undefined && (
          <>
            <ProgressBar
              label={text.progress(name)}
              value={file.size === 0 ? 1 : Math.min(1, transfer.bytes / file.size)}
            />
            <span className={cx(styles.facts, 'figures')}>
              {byteSize(transfer.bytes)} · {byteRate(transfer.bytesPerSecond)}
              {transfer.bytesPerSecond > 0 &&
                ` · ${t.time.left(duration((file.size - transfer.bytes) / transfer.bytesPerSecond))}`}
            </span>
          </>
        )}
        {transfer?.savedAs !== undefined && (
          <span className={styles.facts}>
            {text.savedAs} <bdi>{transfer.savedAs}</bdi>
          </span>
        )}
      </div>
      {(isMoving || (file.standing === 'offered' && !isIncoming)) && (
        <Button kind="quiet" size="small" icon={<X />} aria-label={text.cancelFor(name)} onPress={onCancel}>
          {text.cancel}
        </Button>
      )}
    </li>
  );
}

function standingWords({ tool, standing, reason, size }: FileState): string {
  const text = t.customer.local;
  if (standing === 'refused' && saysNoSuchFile(reason))
    return text.askedInVain(t.files.notThere[reason](text.yourComputer));
  return [
    tool === 'file-upload' ? text.toYou : text.fromYou,
    text.standing[standing],
    ...(size === undefined ? [] : [byteSize(size)]),
  ].join(' · ');
}

/** A reason that every program knows, in our words; otherwise in those of the side that said so. */
function whyNot({ reason, detail }: FileState, technician: string): string | undefined {
  return reason === undefined || reason === 'failed'
    ? detail
    : t.files.because(reason, { technician, customer: t.files.you });
}
