import { ArrowDownToLine, ArrowUpFromLine, X } from 'lucide-react';
import type { FileState } from '../../protocol/file-messages.ts';
import { byteRate, byteSize, duration } from '../shared/figures.ts';
import type { TransferProgress } from '../shared/file-transfer/file-exchange.ts';
import { canPickSaveTarget, pickSaveTarget } from '../shared/file-transfer/save-target.ts';
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
}: {
  session: SupportSession;
  file: FileState;
  progress: TransferProgress | undefined;
}) {
  const { act } = useAction();
  const { fileId, tool, standing } = file;
  const isToThem = tool === 'file-upload';
  const name = file.name ?? file.path ?? '';
  const isMine = !isToThem && standing === 'offered' && progress === undefined;
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
        <span className={styles.figures}>{describe(file, progress)}</span>
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
function describe(file: FileState, progress: TransferProgress | undefined): string {
  const size = file.size === undefined ? '' : `${byteSize(file.size)}, `;
  const isToThem = file.tool === 'file-upload';
  if (file.standing === 'accepted' && progress && progress.ended === undefined) {
    const { bytes, bytesPerSecond } = progress;
    const far = text.progress(byteSize(bytes), byteSize(progress.size));
    if (bytesPerSecond === 0) return far;
    const left = t.time.left(duration((progress.size - bytes) / bytesPerSecond));
    return `${far}, ${byteRate(bytesPerSecond)}, ${left}`;
  }
  if (file.standing === 'failed') return size + (progress?.problem ?? file.detail ?? text.standing.failed);
  if (file.standing === 'completed') return size + (isToThem ? text.standing.completed : text.savedHere);
  if (file.standing === 'offered' && !isToThem) return size + text.offeredToYou;
  if (file.standing === 'refused') return size + (file.detail ?? text.standing.refused);
  return size + text.standing[file.standing];
}
