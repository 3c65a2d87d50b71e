import { CircleCheck, CircleDashed, EyeOff, TriangleAlert, Unplug } from 'lucide-react';
import type { AlarmingStanding, WitnessReport, WitnessStanding } from '../../protocol/log-state.ts';
import { Group } from '../manager/facts.tsx';
import { cx } from '../shared/class-names.ts';
import { momentOf, secondsBetween, useNow } from '../shared/moments.ts';
import { t } from '../shared/strings.ts';
import { Notice } from '../shared/ui/notice.tsx';
import styles from './witnesses.module.css';

const text = t.verification;
const ICONS: Record<WitnessStanding, typeof CircleCheck> = {
  'first-seen': CircleDashed,
  agrees: CircleCheck,
  took: CircleDashed,
  waiting: CircleDashed,
  unreachable: Unplug,
  silent: Unplug,
  damaged: TriangleAlert,
  disagrees: TriangleAlert,
};
/** As the server's settings name it. */
const STANDARD_OUTPUT = 'stdout:';
const GRAVEST_FIRST = ['disagrees', 'damaged', 'silent'] as const satisfies AlarmingStanding[];

/** Who keeps the log's checkpoints elsewhere, and what each last said; or what to set so that somebody does. */
export function Witnesses({ witnesses }: { witnesses: readonly WitnessReport[] }) {
  return (
    <Group title={text.witnesses}>
      {GRAVEST_FIRST.filter((alarming) => witnesses.some(({ state }) => state === alarming)).map((state) => (
        <Notice key={state} kind={state === 'silent' ? 'warning' : 'trouble'} title={text.alarm[state].title}>
          {text.alarm[state].what}
        </Notice>
      ))}
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
  const { name, state, agreedAt, agreedSize, beganWith, behind, problem } = witness;
  const now = useNow();
  const Icon = ICONS[state];
  return (
    <li className={styles.witness}>
      <Icon aria-hidden="true" className={cx(styles.icon, styles[state])} />
      <div className={styles.words}>
        <bdi className={styles.name}>{name}</bdi>
        <span>
          <strong className={styles[state]}>
            {state === 'took' && name === STANDARD_OUTPUT ? text.tookOutput : text.standing[state]}
          </strong>
          {behind !== undefined && behind > 0 && ` · ${text.behind(behind)}`}
        </span>
        <span className={styles.soft}>
          {agreedAt === undefined || agreedSize === undefined
            ? text.neverAgreed
            : text.agreed(agreedSize, momentOf(agreedAt), text.age(secondsBetween(agreedAt, now)))}
        </span>
        {beganWith !== undefined && <span className={styles.soft}>{text.beganWith(beganWith)}</span>}
        {problem !== undefined && (
          <bdi className={cx(styles.soft, (state === 'disagrees' || state === 'damaged') && styles[state])}>
            {problem}
          </bdi>
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
