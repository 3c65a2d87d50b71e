import { FolderOpen, Paperclip } from 'lucide-react';
import { useState } from 'react';
import { DropZone, FileTrigger, isFileDropItem } from 'react-aria-components';
import { FileTool } from '../../../protocol/file-messages.ts';
import type { LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { Notice } from '../../shared/ui/notice.tsx';
import { useLink } from './customer-link.ts';
import { FileLine } from './file-line.tsx';
import styles from './files-panel.module.css';
import panel from './panel.module.css';
import { isAllowed, lookOf } from './phase.ts';
import { hasSavedHere } from './saved-here.ts';
import { sendFiles } from './send-file.ts';

/** Files both ways: their progress and what became of them. Questions about files stand in the dock. */
export function FilesPanel({ state, send }: { state: LocalState; send: (command: LocalCommand) => boolean }) {
  const text = t.customer.local;
  const link = useLink();
  const [failed, setFailed] = useState<readonly string[]>([]);
  const maySend = isAllowed(lookOf('file-download', state));
  const canSend = maySend && state.link === 'online';
  const technician = isolated(state.session.card.technician.name);

  const sendAll = async (files: readonly File[]) => {
    setFailed([]);
    await sendFiles(files, link.sendFile.bind(link), (name) => setFailed((before) => [...before, name]));
  };

  return (
    <DropZone
      className={`${panel.panel ?? ''} ${styles.zone ?? ''}`}
      aria-label={text.files}
      isDisabled={!canSend}
      getDropOperation={() => (canSend ? 'copy' : 'cancel')}
      onDrop={async ({ items }) =>
        sendAll(await Promise.all(items.filter(isFileDropItem).map((item) => item.getFile())))
      }
    >
      <h2>{text.files}</h2>
      {FileTool.options.map(
        (direction) =>
          state.acceptAll[direction] && (
            <p key={direction} className={panel.quiet}>
              {text.allOn[direction](technician)}
            </p>
          ),
      )}
      {state.session.files.length === 0 ? (
        <p className={panel.quiet}>{text.filesEmpty}</p>
      ) : (
        <ul className={styles.files}>
          {state.session.files.map((file) => (
            <FileLine
              key={file.fileId}
              file={file}
              transfer={state.transfers.find(({ fileId }) => fileId === file.fileId)}
              asked={state.asked.find(({ fileId }) => fileId === file.fileId)?.path}
              technician={technician}
              onCancel={() => send({ type: 'file.cancel', fileId: file.fileId })}
            />
          ))}
        </ul>
      )}
      {failed.map((name) => (
        <Notice key={name} kind="trouble">
          {text.sendFailed(name)}
        </Notice>
      ))}
      {hasSavedHere(state) && (
        <div className={styles.folder}>
          <p className={panel.quiet}>
            {text.savedIn} <bdi>{state.receivedFolder}</bdi>
          </p>
          <Button size="small" icon={<FolderOpen />} onPress={() => send({ type: 'folder.open' })}>
            {text.openFolder}
          </Button>
        </div>
      )}
      {canSend ? (
        <div className={styles.send}>
          <FileTrigger allowsMultiple onSelect={(files) => void sendAll([...(files ?? [])])}>
            <Button icon={<Paperclip />}>{text.sendFile}</Button>
          </FileTrigger>
          <span className={panel.quiet}>{text.dropHere}</span>
        </div>
      ) : (
        <p className={panel.quiet}>{maySend ? text.offline : text.sendNeeds}</p>
      )}
    </DropZone>
  );
}
