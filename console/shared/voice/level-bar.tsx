import { useEffect, useRef, useState } from 'react';
import { t } from '../strings.ts';
import styles from './level-bar.module.css';
import type { LevelMeter } from './level-meter.ts';

const LOOK_EVERY_MS = 100;
/** Breath and fans are below it. */
const SOUND_FROM = 0.3;
/** Between two words nobody has stopped talking. */
const QUIET_AFTER_MS = 600;

/** How loud somebody is: a bar for the eye, one word for everybody else, and for eyes that want nothing to move. */
export function LevelBar({ label, meter, isMuted }: { label: string; meter: LevelMeter; isMuted: boolean }) {
  const bar = useRef<HTMLSpanElement>(null);
  const [isSounding, setSounding] = useState(false);
  useEffect(() => {
    let lastSoundAt = Number.NEGATIVE_INFINITY;
    const timer = setInterval(() => {
      const level = isMuted ? 0 : meter.read();
      bar.current?.style.setProperty('--level', level.toFixed(2));
      const now = performance.now();
      if (level >= SOUND_FROM) lastSoundAt = now;
      setSounding(now - lastSoundAt < QUIET_AFTER_MS);
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [meter, isMuted]);
  const word = isMuted ? t.voice.muted : isSounding ? t.voice.speaking : t.voice.quiet;
  return (
    <span className={styles.level} role="img" aria-label={`${label}: ${word}`}>
      <span ref={bar} className={styles.bar} aria-hidden="true" />
      <span className={styles.word} data-sounding={isSounding || undefined} aria-hidden="true">
        {word}
      </span>
    </span>
  );
}
