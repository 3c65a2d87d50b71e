import { useCallback, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { cx } from '../shared/class-names.ts';
import { ColleagueLines } from '../shared/colleague-lines.tsx';
import { t } from '../shared/strings.ts';
import { SkipLink } from '../shared/ui/app-shell.tsx';
import { dismissToasts } from '../shared/ui/toast.tsx';
import { useAction } from '../shared/use-action.ts';
import styles from './active-session.module.css';
import { shareClipboard, tellOfClipboard } from './clipboard-actions.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { useConsentChanges, useHandOverChanges } from './consent-changes.ts';
import { DesktopView } from './desktop-view.tsx';
import { DropFiles } from './drop-files.tsx';
import { EndDialog } from './end-dialog.tsx';
import { useFullScreen } from './full-screen.ts';
import { useHandOver } from './hand-over.ts';
import { HandOverDialog } from './hand-over-button.tsx';
import { usePanelOpen } from './panel-open.ts';
import { PassOnDialog } from './passing/pass-on-dialog.tsx';
import { usePassingChanges } from './passing/passing-changes.ts';
import { SessionFoot } from './session-foot.tsx';
import { SessionHead } from './session-head.tsx';
import { type Shortcut, useShortcuts } from './session-shortcuts.ts';
import { type PanelName, SidePanel } from './side-panel.tsx';
import { isGranted, type SupportSession } from './support-session.ts';
import { ToolRail } from './tool-rail.tsx';
import { TypeTextDialog } from './type-text-dialog.tsx';
import { useUnread } from './unread-messages.ts';
import type { Viewer } from './viewer.ts';
import { VoiceBar } from './voice-bar.tsx';
import { InviteDialog } from './watching/invite-dialog.tsx';
import { useWatcherChanges } from './watching/watcher-changes.ts';

/** The session itself: tools at the left, the customer's desktop, the panel, and the line that says what they see. */
export function ActiveSession({ session, state }: { session: SupportSession; state: ConsoleSessionState }) {
  const [viewer, setViewer] = useState<Viewer>();
  const [isFitted, setFitted] = useState(true);
  const [panel, setPanel] = useState<PanelName>('chat');
  const [isPanelOpen, setPanelOpen] = usePanelOpen();
  const [note, setNote] = useState('');
  const [isEnding, setEnding] = useState(false);
  const [isTyping, setTyping] = useState(false);
  const [isInviting, setInviting] = useState(false);
  const [isPassingOn, setPassingOn] = useState(false);
  const { isFullScreen, toggle: toggleFullScreen } = useFullScreen();
  const { act } = useAction();
  const handOver = useHandOver(session, state);
  const picture = useRef<HTMLElement>(null);
  useConsentChanges(state);
  useHandOverChanges(state);
  useWatcherChanges(state);
  usePassingChanges(state);
  const unread = useUnread(session, isPanelOpen && panel === 'chat', state.contact.name);

  const isInBrowser = state.agent?.kind === 'browser';
  const hasClipboard = isGranted(state, 'clipboard');
  const customer = state.contact.name;
  useEffect(() => {
    // From a browser each text is a press of its customer's, and so it is here.
    if (isInBrowser) return hasClipboard ? tellOfClipboard(session.clipboard, customer) : undefined;
    return picture.current ? shareClipboard(session.clipboard, picture.current) : undefined;
  }, [session, isInBrowser, hasClipboard, customer]);

  useEffect(() => {
    // A page that is closed by mistake would leave the customer waiting: the browser asks first.
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);

  // What was said of the running session is not so any more when it is over. An offer stands in a line besides.
  useEffect(() => dismissToasts, []);

  const show = useCallback(
    (name: PanelName) => {
      // At once: what is typed next belongs to the panel, and not to the customer's computer.
      flushSync(() => {
        setPanel(name);
        setPanelOpen(true);
      });
      focusPanel(name);
    },
    [setPanelOpen],
  );

  const isControlGranted = isGranted(state, 'control');
  const needsProgram = isInBrowser && state.tools.control.standing === 'unable';
  const { press: pressHandOver } = handOver;
  const handleShortcut = useCallback(
    (shortcut: Shortcut) => {
      if (shortcut === 'end') setEnding(true);
      else if (shortcut === 'mute') session.voice.mute(!session.voice.view.get().isMuted);
      else if (shortcut === 'control' && needsProgram) pressHandOver();
      else if (shortcut === 'control')
        void act(() =>
          session.send(
            isControlGranted
              ? { type: 'grant.return', tool: 'control' }
              : { type: 'tools.request', tools: ['control'] },
          ),
        );
      else show(shortcut);
    },
    [act, session, isControlGranted, needsProgram, pressHandOver, show],
  );
  useShortcuts(handleShortcut);

  return (
    <div className={cx(styles.session, isPanelOpen && styles['with-panel'], isFullScreen && styles.full)}>
      <SkipLink />
      <div className={styles.top}>
        <div className={styles.head}>
          <SessionHead
            state={state}
            onInvite={() => setInviting(true)}
            onPassOn={() => setPassingOn(true)}
            onEnd={() => setEnding(true)}
          />
        </div>
        <ConnectionBanner state={state} />
        <ColleagueLines isHelping />
      </div>
      <ToolRail
        session={session}
        state={state}
        handOver={handOver}
        viewer={viewer}
        isFitted={isFitted}
        onFit={setFitted}
        isFullScreen={isFullScreen}
        onFullScreen={toggleFullScreen}
        isPanelOpen={isPanelOpen}
        onPanel={setPanelOpen}
        onShow={show}
        onTypeText={() => setTyping(true)}
      />
      <main id="content" tabIndex={-1} ref={picture} className={styles.picture}>
        <DropFiles session={session} isAllowed={isGranted(state, 'file-upload')}>
          <DesktopView session={session} state={state} isFitted={isFitted} onViewer={setViewer} />
        </DropFiles>
      </main>
      {isPanelOpen && (
        <SidePanel
          session={session}
          state={state}
          selected={panel}
          onSelect={setPanel}
          note={note}
          onNote={setNote}
          onClose={() => setPanelOpen(false)}
          onInvite={() => setInviting(true)}
          onPassOn={() => setPassingOn(true)}
          unread={unread}
        />
      )}
      <div className={styles.voice}>
        <VoiceBar session={session} state={state} />
      </div>
      <SessionFoot session={session} state={state} />
      <EndDialog
        session={session}
        state={state}
        note={note}
        onNote={setNote}
        isOpen={isEnding}
        onClose={() => setEnding(false)}
      />
      <InviteDialog session={session} state={state} isOpen={isInviting} onClose={() => setInviting(false)} />
      <PassOnDialog
        session={session}
        state={state}
        isOpen={isPassingOn}
        onClose={() => setPassingOn(false)}
      />
      <HandOverDialog handOver={handOver} name={state.contact.name} />
      <TypeTextDialog viewer={viewer} isOpen={isTyping} onClose={() => setTyping(false)} />
      <title>{t.technician.home.of(state.contact.name, state.contact.company)}</title>
    </div>
  );
}

/** The panel's first field takes the focus, or its tab where nothing can be typed: the picture must not keep the keyboard. */
function focusPanel(name: PanelName): void {
  const target =
    document.querySelector<HTMLElement>(`[data-panel="${name}"] :is(textarea, input)`) ??
    document.querySelector<HTMLElement>('aside [role="tab"][aria-selected="true"]');
  target?.focus();
}
