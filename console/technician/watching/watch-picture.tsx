import { useEffect, useRef, useState } from 'react';
import type { WatchedState } from '../../../protocol/watching.ts';
import { type Store, useStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import styles from '../desktop-view.module.css';
import { JoinedChannel } from '../joined-channel.ts';
import { FrameViewer } from '../picture/frame-viewer.ts';
import { Viewer } from '../viewer.ts';
import { NoPicture } from './no-picture.tsx';
import type { WatchedSession } from './watched-session.ts';

/** Of a picture that is not made of frames. */
const NO_FRAMES: Store<undefined> = { get: () => undefined, subscribe: () => () => {} };

/** The customer's screen to look at. Nothing that is done here leaves this page, and the broker takes nothing of it. */
export function WatchPicture({ session, state }: { session: WatchedSession; state: WatchedState }) {
  const target = useRef<HTMLDivElement>(null);
  const channel = useStore(session.desktop.channel);
  const [isConnected, setConnected] = useState(false);
  const frames = useStore(channel && !(channel instanceof JoinedChannel) ? channel.standing : NO_FRAMES);
  const { name } = state.contact;

  useEffect(() => {
    if (!channel || !target.current) return;
    const options = {
      label: t.watching.watcher.screenOf(name),
      toLookAt: true,
      connected: () => setConnected(true),
      disconnected: () => setConnected(false),
    };
    const viewer =
      channel instanceof JoinedChannel
        ? new Viewer(target.current, channel, options)
        : new FrameViewer(target.current, channel, options);
    viewer.isFitted = true;
    return () => {
      viewer.close();
      setConnected(false);
    };
  }, [channel, name]);

  return (
    <div className={styles.desk} data-testid="watched-desktop">
      <div ref={target} className={styles.target} />
      {!isConnected && (
        <div className={styles.over}>
          <NoPicture session={session} state={state} frames={frames} />
        </div>
      )}
    </div>
  );
}
