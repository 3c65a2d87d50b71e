import { Mic, MicOff, Volume2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { announce } from '../announcer.ts';
import { useStore } from '../store.ts';
import { t } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { Select } from '../ui/select.tsx';
import { LevelBar } from './level-bar.tsx';
import styles from './voice-controls.module.css';
import type { VoiceEnd, VoiceView } from './voice-end.ts';

const text = t.voice;

const SETTLED_MS = 1000;

/** Whom one hears, whether one is heard, and the switch for it. `name`: who is at the other end. */
export function VoiceControls({
  voice,
  name,
  size = 'medium',
  keys,
  isOffAtFirst = false,
}: {
  voice: VoiceEnd;
  name: string;
  size?: 'medium' | 'large';
  /** What mutes too. */
  keys?: string;
  /** Nothing is connected before a press takes the microphone. */
  isOffAtFirst?: boolean;
}) {
  const view = useStore(voice.view);
  useSaid(view, name);
  if (!view.isOpen && isOffAtFirst && view.microphone !== 'on')
    return <Trouble voice={voice} view={view} name={name} size={size} />;
  if (!view.isOpen) return <p className={styles.quiet}>{text.connecting}</p>;
  const hasMicrophone = view.microphone === 'on';
  return (
    <div className={styles.controls}>
      {hasMicrophone && (
        <Button
          size={size}
          icon={view.isMuted ? <MicOff /> : <Mic />}
          aria-label={view.isMuted ? text.unmuteLong : text.muteLong}
          onPress={() => voice.mute(!view.isMuted)}
        >
          {view.isMuted ? text.unmute : text.mute}
        </Button>
      )}
      {hasMicrophone && keys !== undefined && <span className={styles.keys}>{keys}</span>}
      <div className={styles.person}>
        <span>{text.you}</span>
        <LevelBar label={text.yourLevel} meter={voice.mine} isMuted={view.isMuted || !hasMicrophone} />
      </div>
      <div className={styles.person}>
        <bdi className={styles.name}>{name}</bdi>
        <LevelBar label={text.levelOf(name)} meter={voice.theirs} isMuted={view.isOtherMuted} />
      </div>
      {hasMicrophone && view.microphones.length > 1 && (
        <Select
          label={text.microphone}
          hideLabel
          value={view.chosen ?? ''}
          options={view.microphones.map((each, index) => ({
            value: each.id,
            label: each.name || text.unnamed(index + 1),
          }))}
          onChange={voice.pressMicrophone}
        />
      )}
      <Trouble voice={voice} view={view} name={name} size={size} />
    </div>
  );
}

/** What keeps one side from hearing the other, and the press that helps. */
function Trouble({
  voice,
  view: { isOpen, isBlocked, microphone },
  name,
  size,
}: {
  voice: VoiceEnd;
  view: VoiceView;
  name: string;
  size: 'medium' | 'large';
}) {
  // The press that takes the microphone lets the other side be heard too.
  if (isBlocked && microphone === 'on')
    return (
      <div className={styles.trouble} role="status">
        <Button kind="primary" size={size} icon={<Volume2 />} onPress={voice.wake}>
          {text.hear}
        </Button>
        <span>{text.blocked}</span>
      </div>
    );
  if (microphone === 'on') return null;
  if (microphone === 'asking') return <p className={styles.trouble}>{text.asking}</p>;
  return (
    <div className={styles.trouble} role="status">
      <Button kind="primary" size={size} icon={<Mic />} onPress={() => voice.pressMicrophone()}>
        {text.useMicrophone}
      </Button>
      <span>
        {isOpen ? text.off(name) : text.offAtFirst(name)} {microphone !== 'off' && text.missing[microphone]}{' '}
        {isBlocked && text.blocked}
      </span>
    </div>
  );
}

/** Says it to screen readers when somebody mutes themselves; levels are not read out. */
function useSaid(view: VoiceView, name: string): void {
  const before = useRef(view);
  useEffect(() => {
    const was = before.current;
    before.current = view;
    if (!view.isOpen || !was.isOpen) return;
    if (was.isMuted !== view.isMuted) announce(view.isMuted ? text.said.muted : text.said.unmuted);
  }, [view]);
  const { isOpen, isOtherMuted } = view;
  const said = useRef<boolean>(undefined);
  // While the sound begins it may look muted for an instant: nobody muted anything.
  useEffect(() => {
    if (!isOpen) {
      said.current = undefined;
      return;
    }
    const timer = setTimeout(() => {
      if (said.current !== undefined && said.current !== isOtherMuted)
        announce(isOtherMuted ? text.said.otherMuted(name) : text.said.otherUnmuted(name));
      said.current = isOtherMuted;
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [isOpen, isOtherMuted, name]);
}
