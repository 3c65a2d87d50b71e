import { X } from 'lucide-react';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Tabs } from '../shared/ui/tabs.tsx';
import { TextField } from '../shared/ui/text-field.tsx';
import { ChatPanel } from './chat-panel.tsx';
import { ConsentPanel } from './consent-panel.tsx';
import { FilesPanel } from './files-panel.tsx';
import styles from './side-panel.module.css';
import type { SupportSession } from './support-session.ts';

const text = t.technician.active;

export type PanelName = 'chat' | 'files' | 'consent' | 'notes';

export function SidePanel({
  session,
  state,
  selected,
  onSelect,
  note,
  onNote,
  onClose,
  onInvite,
  onPassOn,
  unread,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  selected: PanelName;
  onSelect: (panel: PanelName) => void;
  note: string;
  onNote: (note: string) => void;
  onClose: () => void;
  /** A colleague is to watch. */
  onInvite: () => void;
  /** A colleague is to go on. */
  onPassOn: () => void;
  /** Chat messages that were not in front yet. */
  unread: number;
}) {
  return (
    <aside className={styles.panel} aria-label={text.panel}>
      <Button
        kind="quiet"
        size="small"
        className={styles.close}
        icon={<X />}
        aria-label={text.hidePanel}
        onPress={onClose}
      />
      <Tabs
        label={text.panel}
        selected={selected}
        onSelect={(id) => onSelect(id as PanelName)}
        tabs={[
          {
            id: 'chat',
            label: (
              <>
                {text.tabs.chat}
                {unread > 0 && (
                  <span className={styles.unread} role="img" aria-label={text.unread(unread)}>
                    {unread}
                  </span>
                )}
              </>
            ),
            content: (
              <div data-panel="chat" className={styles.whole}>
                <ChatPanel session={session} state={state} />
              </div>
            ),
          },
          {
            id: 'files',
            label: text.tabs.files,
            content: (
              <div data-panel="files" className={styles.whole}>
                <FilesPanel session={session} state={state} />
              </div>
            ),
          },
          {
            id: 'consent',
            label: text.tabs.consent,
            content: <ConsentPanel session={session} state={state} onInvite={onInvite} onPassOn={onPassOn} />,
          },
          {
            id: 'notes',
            label: text.tabs.notes,
            content: (
              <div className={styles.notes}>
                <TextField
                  label={t.technician.notes.label}
                  hint={t.technician.notes.hint}
                  lines={12}
                  maxLength={4000}
                  value={note}
                  onChange={onNote}
                />
              </div>
            ),
          },
        ]}
      />
    </aside>
  );
}
