import { CircleCheck, CircleDashed, EyeOff, TriangleAlert, Unplug } from 'lucide-react';
import type { WitnessReport, WitnessStanding } from '../../protocol/log-state.ts';
import { Group } from '../manager/facts.tsx';
import { cx } from '../shared/class-names.ts';
import { momentOf, secondsBetween, useNow } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { Notice } from '../shared/ui/notice.tsx';
import styles from './witnesses.module.css';

const text = t.verification;
const ICONS: Record<WitnessStanding, typeof CircleCheck> = {
  agrees: CircleCheck,
  took: CircleDashed,
  waiting: CircleDashed,
  unreachable: Unplug,
  disagrees: TriangleAlert,
};

/** Who keeps the log's checkpoints elsewhere, and what each last said; or what to set so that somebody does. */
export function Witnesses({ witnesses }: { witnesses: readonly WitnessReport[] }) {
  return (
    <Group title={text.witnesses}>
      {witnesses.some(({ state }) => state === 'disagrees') && (
        <Notice kind="trouble" title={text.alarmTitle}>
          {text.alarm}
        </Notice>
      )}
      {witnesses.length === 0 ? (
        <NoWitness />
      ) : (
        <>
          <p className={styles.lead}>{text.witnessesLead}</p>
          <ul className={styles.list}>
            {witnesses.map((witness) => (
              <WitnessLine key={witness.name} witness={witness} />
            ))}
          </ul>
        </>
      )}
    </Group>
  );
}

function WitnessLine({ witness }: { witness: WitnessReport }) {
  const { name, state, agreedAt, agreedSize, behind, problem } = witness;
  const now = useNow();
  const Icon = ICONS[state];
  return (
    <li className={styles.witness}>
      <Icon aria-hidden="true" className={cx(styles.icon, styles[state])} />
      <div className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        <span>
          <strong className={styles[state]}>{text.standing[state]}</strong>
          {behind !== undefined && behind > 0 && ` · ${text.behind(behind)}`}
        </span>
        <span className={styles.soft}>
          {agreedAt === undefined || agreedSize === undefined
            ? text.neverAgreed
            : text.agreed(agreedSize, momentOf(agreedAt), text.age(secondsBetween(agreedAt, now)))}
        </span>
        {problem !== undefined && (
          <bdi className={cx(styles.soft, state === 'disagrees' && styles.disagrees)}>{problem}</bdi>
        )}
      </div>
    </li>
  );
}

function NoWitness() {
  return (
    <div className={styles.none}>
      <EyeOff aria-hidden="true" className={cx(styles.icon, styles.unreachable)} />
      <div className={styles.words}>
        <strong>{text.noWitnessTitle}</strong>
        <p>{text.noWitness}</p>
        <code className={styles.setting}>{text.noWitnessSetting}</code>
        <p className={styles.soft}>{text.noWitnessGuide}</p>
      </div>
    </div>
  );
}
