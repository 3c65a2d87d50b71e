import { ArrowDownToLine, ArrowUpFromLine, X } from 'lucide-react';
import type { FileState } from '../../protocol/file-messages.ts';
import { saysNoSuchFile } from '../../protocol/file-reason.ts';
import { byteRate, byteSize, duration } from '../shared/figures.ts';
import type { TransferProgress } from '../shared/file-transfer/file-exchange.ts';
import { canPickSaveTarget, pickSaveTarget } from '../shared/file-transfer/save-target.ts';
import { isolated } from '../shared/isolated.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { ProgressBar } from '../shared/ui/progress.tsx';
import { useAction } from '../shared/use-action.ts';
import styles from './files-panel.module.css';
import type { SupportSession } from './support-session.ts';

const text = t.technician.files;

/** One file: where it goes, how far it is, and what can be done about it. */
export function FileLine({
  session,
  file,
  progress,
  customer,
}: {
  session: SupportSession;
  file: FileState;
  progress: TransferProgress | undefined;
  /** Their name. */
  customer: string;
}) {
  const { act } = useAction();
  const { fileId, tool, standing } = file;
  const isToThem = tool === 'file-upload';
  const name = file.name ?? file.path ?? '';
  const isMine = !isToThem && standing === 'offered' && (progress === undefined || progress.isWaiting);
  const isFlowing = standing === 'accepted' && progress !== undefined && progress.ended === undefined;
  const isUnfinished = standing === 'asked' || standing === 'offered' || standing === 'accepted';

  async function saveAs() {
    const target = await pickSaveTarget(name);
    if (target) await session.files.accept(file, target);
  }

  return (
    <li className={styles.file}>
      <span className={styles.direction} role="img" aria-label={isToThem ? text.toThem : text.fromThem}>
        {isToThem ? <ArrowUpFromLine aria-hidden="true" /> : <ArrowDownToLine aria-hidden="true" />}
      </span>
      <span className={styles.about}>
        <bdi className={styles.name} title={name}>
          {name}
        </bdi>
        <span className={styles.figures}>{describe(file, progress, customer)}</span>
        {file.renamed && <span className={styles.figures}>{text.renamed}</span>}
      </span>
      {isUnfinished && !isMine && (
        <Button
          kind="quiet"
          size="small"
          icon={<X />}
          aria-label={text.cancel(name)}
          onPress={() => act(() => session.files.cancel(fileId))}
        />
      )}
      {isFlowing && (
        <div className={styles.wide}>
          <ProgressBar label={name} value={progress.size === 0 ? 1 : progress.bytes / progress.size} />
        </div>
      )}
      {isMine && (
        <span className={styles.wide}>
          <Button size="small" kind="primary" onPress={() => act(() => session.files.accept(file))}>
            {text.save}
          </Button>
          {canPickSaveTarget() && (
            <Button size="small" onPress={() => act(saveAs)}>
              {text.saveAs}
            </Button>
          )}
          <Button size="small" kind="quiet" onPress={() => act(() => session.files.refuse(fileId))}>
            {text.refuse}
          </Button>
        </span>
      )}
    </li>
  );
}

/** `1.2 MB of 8 MB, 4.1 MB/s, 2 s left`, or how it stands. */
function describe(file: FileState, progress: TransferProgress | undefined, customer: string): string {
  const size = file.size === undefined ? '' : `${byteSize(file.size)}, `;
  const isToThem = file.tool === 'file-upload';
  if (file.standing === 'accepted' && progress && progress.ended === undefined) {
    const { bytes, bytesPerSecond } = progress;
    const far = text.progress(byteSize(bytes), byteSize(progress.size));
    if (bytesPerSecond === 0) return far;
    const left = t.time.left(duration((progress.size - bytes) / bytesPerSecond));
    return `${far}, ${byteRate(bytesPerSecond)}, ${left}`;
  }
  if (file.standing === 'failed') return size + (progress?.problem ?? failedBecause(file));
  if (file.standing === 'completed') return size + (isToThem ? text.standing.completed : arrived(progress));
  if (file.standing === 'offered' && !isToThem) return size + (progress?.problem ?? text.offeredToYou);
  if (file.standing === 'refused') {
    if (saysNoSuchFile(file.reason))
      return t.files.notThere[file.reason](t.files.computerOf(isolated(customer)));
    return size + (file.detail ?? text.standing.refused);
  }
  if (file.standing === 'cancelled' && file.reason !== undefined)
    return `${size}${text.standing.cancelled}: ${t.files.because(file.reason, { technician: t.files.you, customer: isolated(customer) })}`;
  return size + text.standing[file.standing];
}

function arrived(progress: TransferProgress | undefined): string {
  // After a reload this page no longer knows where it went.
  if (progress?.isHandedOver === undefined) return text.standing.completed;
  return progress.isHandedOver ? text.handedOver : text.savedHere;
}

function failedBecause({ reason, detail }: FileState): string {
  const why = reason === undefined || reason === 'failed' ? detail : t.files.because(reason);
  return why === undefined ? text.standing.failed : `${text.standing.failed}: ${why}`;
}
