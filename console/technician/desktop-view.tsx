import { AppWindow, EyeOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { useStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Spinner } from '../shared/ui/progress.tsx';
import styles from './desktop-view.module.css';
import { isGranted, type SupportSession } from './support-session.ts';
import { Viewer } from './viewer.ts';

const text = t.technician.active;

/** The customer's screen. `onViewer` hears of the connection that shows it, and of its end. */
export function DesktopView({
  session,
  state,
  isFitted,
  onViewer,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  isFitted: boolean;
  onViewer: (viewer: Viewer | undefined) => void;
}) {
  const target = useRef<HTMLDivElement>(null);
  const channel = useStore(session.desktop.channel);
  const hasControl = useStore(session.desktop.hasControl);
  const [viewer, setViewer] = useState<Viewer>();
  const [isConnected, setConnected] = useState(false);
  const [still, setStill] = useState<HTMLCanvasElement>();
  const isTakenOver = useStore(session.lanes.takenOver);
  // What the customer no longer shows is not kept in sight.
  const keepsStill = still !== undefined && !isConnected && !isTakenOver && isGranted(state, 'view');
  const name = state.contact.name;

  useEffect(() => {
    if (!channel || !target.current) return;
    const opened = new Viewer(target.current, channel, {
      label: text.screenOf(name),
      connected: () => {
        setConnected(true);
        setStill(undefined);
      },
      disconnected: () => setConnected(false),
    });
    setViewer(opened);
    onViewer(opened);
    return () => {
      setStill(opened.still());
      opened.close();
      setViewer(undefined);
      setConnected(false);
      onViewer(undefined);
    };
  }, [channel, name, onViewer]);

  useEffect(() => {
    if (viewer) viewer.isFitted = isFitted;
  }, [viewer, isFitted]);
  // Only once it is connected: noVNC takes the keyboard at that moment otherwise, with control or without.
  useEffect(() => {
    if (viewer && isConnected) viewer.hasControl = hasControl;
  }, [viewer, isConnected, hasControl]);

  return (
    <div className={styles.desk} data-testid="desktop">
      <div ref={target} className={styles.target} />
      {keepsStill && <LastPicture still={still} />}
      {!isConnected && !keepsStill && (
        <div className={styles.over}>
          <NoPicture session={session} state={state} isTakenOver={isTakenOver} />
        </div>
      )}
    </div>
  );
}

/** Greyed, under the banner that says what broke: nobody takes it for the present. */
function LastPicture({ still }: { still: HTMLCanvasElement }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => frame.current?.replaceChildren(still), [still]);
  return (
    <div className={styles.still} data-testid="last-picture">
      <div ref={frame} className={styles.frame} />
      <p className={styles.caption}>{text.lastPicture}</p>
    </div>
  );
}

function NoPicture({
  session,
  state,
  isTakenOver,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  isTakenOver: boolean;
}) {
  const { standing } = state.tools.view;
  const { live } = useSignedIn();
  const isAway = useStore(live.status) !== 'online' || state.presence.customer === 'away';
  if (isTakenOver)
    return (
      <EmptyState
        icon={<AppWindow />}
        title={text.elsewhere}
        action={<Button onPress={() => session.lanes.takeBack()}>{text.showHere}</Button>}
      >
        {text.elsewhereHow}
      </EmptyState>
    );
  if (isGranted(state, 'view'))
    return (
      <p className={styles.connecting} role="status">
        {!isAway && <Spinner />}
        {isAway ? text.noPictureNow : text.connecting}
      </p>
    );
  if (standing === 'asked')
    return (
      <EmptyState icon={<Spinner />} title={text.viewAsked}>
        {text.viewAskedHow}
      </EmptyState>
    );
  return (
    <EmptyState icon={<EyeOff />} title={standing === 'unable' ? text.viewUnable : text.noView}>
      {standing === 'unable' ? undefined : text.noViewHow}
    </EmptyState>
  );
}
