import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { bitRate, milliseconds } from '../shared/figures.ts';
import { useStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import { useInUse } from './in-use.ts';
import styles from './session-foot.module.css';
import type { SupportSession } from './support-session.ts';

const text = t.technician.active;

/** What is in use, how good the line is, and what the customer sees of it. */
export function SessionFoot({ session, state }: { session: SupportSession; state: ConsoleSessionState }) {
  const { inUse, isAway } = useInUse(session, state);
  const watching = state.watchers.filter(({ isSeeing }) => isSeeing).map(({ name }) => name);
  const doing = inUse.length === 0 ? text.nothingSeen : t.customer.tool.doing(state.technician.name, inUse);
  const seen = watching.length === 0 ? doing : `${doing} ${t.watching.customer.also(watching)}`;
  return (
    <footer className={styles.foot}>
      <p>
        <span className={styles.name}>{text.inUse}:</span>{' '}
        {inUse.length === 0
          ? text.nothingInUse
          : inUse.map((tool) => text.short[tool].toLowerCase()).join(', ')}
      </p>
      {inUse.includes('view') && state.surface?.surface !== undefined && (
        <p>
          <span className={styles.name}>{text.shown}:</span> {t.agents.surface[state.surface.surface]}
        </p>
      )}
      {watching.length > 0 && <p className={styles.watched}>{t.watching.technician.now(watching)}</p>}
      <QualityFigures session={session} />
      <p className={styles.sees}>
        <span className={styles.name}>{text.sees(state.contact.name)}:</span>{' '}
        {isAway && inUse.length === 0 ? text.seesAway : <q title={seen}>{seen}</q>}
      </p>
    </footer>
  );
}

function QualityFigures({ session }: { session: SupportSession }) {
  const { latencyMs, bytesPerSecond } = useStore(session.desktop.quality);
  const files = [...useStore(session.files.progress).values()]
    .filter(({ ended }) => ended === undefined)
    .reduce((rate, file) => rate + file.bytesPerSecond, 0);
  const hasPicture = useStore(session.desktop.channel) !== undefined;
  return (
    <p className={styles.quality}>
      <span className={styles.name}>{text.quality}:</span>{' '}
      {hasPicture && latencyMs !== undefined ? `${milliseconds(latencyMs)}, ${bitRate(bytesPerSecond)}` : '–'}
      {files > 0 && `, ${text.andFiles(bitRate(files))}`}
    </p>
  );
}
