import { AppWindow, EyeOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { choosesAgain } from '../../protocol/surface.ts';
import { useSignedIn } from '../shared/signed-in.tsx';
import { type Store, useStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Spinner } from '../shared/ui/progress.tsx';
import { useAction } from '../shared/use-action.ts';
import { useAskAgain } from './ask-again.ts';
import styles from './desktop-view.module.css';
import { JoinedChannel } from './joined-channel.ts';
import { FrameViewer } from './picture/frame-viewer.ts';
import type { PictureStanding } from './picture/lane-picture.ts';
import { isGranted, type SupportSession } from './support-session.ts';
import { Viewer } from './viewer.ts';

const text = t.technician.active;

/** Of a picture that is not made of frames. */
const NO_FRAMES: Store<undefined> = { get: () => undefined, subscribe: () => () => {} };

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
  const [viewer, setViewer] = useState<Viewer | FrameViewer>();
  const [isConnected, setConnected] = useState(false);
  const [still, setStill] = useState<HTMLCanvasElement>();
  const isTakenOver = useStore(session.lanes.takenOver);
  const frames = useStore(channel && !(channel instanceof JoinedChannel) ? channel.standing : NO_FRAMES);
  const mayShow = isGranted(state, 'view') && !choosesAgain(state);
  // What the customer no longer shows is not kept in sight.
  const keepsStill = still !== undefined && !isConnected && !isTakenOver && frames !== 'nothing' && mayShow;
  const name = state.contact.name;

  useEffect(() => {
    if (!channel || !target.current) return;
    const options = {
      label: text.screenOf(name),
      connected: () => {
        setConnected(true);
        setStill(undefined);
      },
      disconnected: () => setConnected(false),
    };
    const opened =
      channel instanceof JoinedChannel
        ? new Viewer(target.current, channel, options)
        : new FrameViewer(target.current, channel, options);
    setViewer(opened);
    onViewer(opened instanceof Viewer ? opened : undefined);
    return () => {
      setStill(opened.still());
      opened.close();
      setViewer(undefined);
      setConnected(false);
      onViewer(undefined);
    };
  }, [channel, name, onViewer]);

  // Nor kept until they allow it again.
  useEffect(() => {
    if (!mayShow) setStill(undefined);
  }, [mayShow]);
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
      {frames === 'stalled' && <p className={styles.caption}>{text.lastPicture}</p>}
      {!isConnected && !keepsStill && (
        <div className={styles.over}>
          <NoPicture session={session} state={state} isTakenOver={isTakenOver} frames={frames} />
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
  frames,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  isTakenOver: boolean;
  frames: PictureStanding | undefined;
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
  const refused = nothingShown(state);
  if (isGranted(state, 'view') && frames === 'undecodable')
    return (
      <EmptyState icon={<EyeOff />} title={t.agents.undecodable}>
        {t.agents.undecodableHow}
      </EmptyState>
    );
  if (isGranted(state, 'view') && (frames === 'nothing' || choosesAgain(state)))
    return (
      <EmptyState icon={<EyeOff />} title={refused ?? t.agents.chooses(state.contact.name)}>
        {refused === undefined || choosesAgain(state)
          ? t.agents.choosesHow
          : t.agents.nothingShownHow(state.contact.name)}
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
        {nothingShown(state) ?? text.viewAskedHow}
      </EmptyState>
    );
  if (standing === 'unable') return <EmptyState icon={<EyeOff />} title={text.viewUnable} />;
  return <AskToSee session={session} state={state} />;
}

function AskToSee({ session, state }: { session: SupportSession; state: ConsoleSessionState }) {
  const { isPending, act } = useAction();
  const wait = useAskAgain(state.tools.view);
  return (
    <EmptyState
      icon={<EyeOff />}
      title={text.noView}
      action={
        <Button
          kind="primary"
          isPending={isPending}
          isDisabled={wait > 0}
          onPress={() => act(() => session.send({ type: 'tools.request', tools: ['view'] }))}
        >
          {wait > 0 ? text.askToSeeIn(wait) : text.askToSee}
        </Button>
      }
    >
      {text.noViewHow}
    </EmptyState>
  );
}

/** In a browser the customer chooses what is shown, and may have chosen nothing. */
function nothingShown({ surface, contact }: ConsoleSessionState): string | undefined {
  return surface?.refused === undefined ? undefined : t.agents.nothingShown[surface.refused](contact.name);
}
