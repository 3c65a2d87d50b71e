import { FolderUp, Upload } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { DropZone, type FileDropItem, FileTrigger, Form } from 'react-aria-components';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { useStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { useAction } from '../shared/use-action.ts';
import { FileLine } from './file-line.tsx';
import styles from './files-panel.module.css';
import { NotAllowed } from './not-allowed.tsx';
import { isGranted, type SupportSession } from './support-session.ts';

const text = t.technician.files;

/** Files both ways: send by button or drop, fetch by path, and how each is getting on. */
export function FilesPanel({ session, state }: { session: SupportSession; state: ConsoleSessionState }) {
  const progress = useStore(session.files.progress);
  return (
    <div className={styles.panel}>
      {isGranted(state, 'file-upload') ? (
        <SendFiles session={session} />
      ) : (
        <NotAllowed session={session} state={state} tool="file-upload" say={text.sendNotAllowed} />
      )}
      {isGranted(state, 'file-download') ? (
        <FetchFile session={session} isInBrowser={state.agent?.kind === 'browser'} />
      ) : (
        <NotAllowed session={session} state={state} tool="file-download" say={text.fetchNotAllowed} />
      )}
      {state.files.length === 0 ? (
        <EmptyState icon={<FolderUp />} title={text.empty}>
          {text.emptyHow}
        </EmptyState>
      ) : (
        <ul className={styles.list} aria-label={text.list}>
          {[...state.files].reverse().map((file) => (
            <FileLine
              key={file.fileId}
              session={session}
              file={file}
              progress={progress.get(file.fileId)}
              customer={state.contact.name}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function SendFiles({ session }: { session: SupportSession }) {
  const { act } = useAction();
  const offer = (files: readonly File[]) =>
    act(async () => {
      for (const file of files) await session.files.offer(file);
    });
  return (
    <DropZone
      className={styles.drop ?? ''}
      aria-label={text.send}
      onDrop={async ({ items }) => {
        const dropped = items.filter((item): item is FileDropItem => item.kind === 'file');
        void offer(await Promise.all(dropped.map((item) => item.getFile())));
      }}
    >
      <FileTrigger allowsMultiple onSelect={(chosen) => void offer([...(chosen ?? [])])}>
        <Button kind="primary" icon={<Upload />}>
          {text.send}
        </Button>
      </FileTrigger>
      <span className={styles.hint}>{text.drop}</span>
    </DropZone>
  );
}

function FetchFile({ session, isInBrowser }: { session: SupportSession; isInBrowser: boolean }) {
  const [path, setPath] = useState('');
  const { isPending, act } = useAction();
  async function fetchFile(event: FormEvent) {
    event.preventDefault();
    if (path.trim() === '') return;
    if (await act(() => session.files.ask(path.trim()))) setPath('');
  }
  return (
    <Form className={styles.fetch ?? ''} onSubmit={fetchFile}>
      <TextField
        label={isInBrowser ? text.wanted : text.path}
        placeholder={isInBrowser ? text.wantedPlaceholder : text.pathPlaceholder}
        maxLength={4096}
        autoComplete="off"
        value={path}
        onChange={setPath}
      />
      <Button type="submit" isPending={isPending} isDisabled={path.trim() === ''}>
        {text.fetchAction}
      </Button>
    </Form>
  );
}
