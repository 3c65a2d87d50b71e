import { ShieldQuestion } from 'lucide-react';
import type { LogVerification } from '../../protocol/log-verification.ts';
import { useMay } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { EmptyState } from '../shared/ui/empty-state.tsx';
import { Notice } from '../shared/ui/notice.tsx';
import { NotAsSigned } from './not-as-signed.tsx';
import { VerificationAlarm } from './verification-alarm.tsx';
import styles from './verification-outcome.module.css';
import { byWhom, type Shown } from './verification-words.ts';

const text = t.verification;

/** What the last verification came to. After a restart of the broker only what its entry says. */
export function VerificationOutcome({
  verification,
  hasWitness,
  isDisputed,
}: {
  verification: LogVerification;
  /** Without one, what everything fits with may be a forgery of everything. */
  hasWitness: boolean;
  /** A witness raises an alarm: nothing is well. */
  isDisputed: boolean;
}) {
  const { last, past, running } = verification;
  const newest = past[0];
  const isDetailed = last !== undefined && (newest === undefined || newest.startedAt === last.startedAt);
  const shown: Shown | undefined = isDetailed ? last : newest;
  if (shown !== undefined) return <Outcome shown={shown} hasWitness={hasWitness} isDisputed={isDisputed} />;
  if (running !== undefined) return null;
  return <Never />;
}

function Outcome({
  shown,
  hasWitness,
  isDisputed,
}: {
  shown: Shown;
  hasWitness: boolean;
  isDisputed: boolean;
}) {
  const { outcome, sentence, size, findings = 0, found = [], leaves = '' } = shown;
  if (outcome === 'wrong')
    return (
      <VerificationAlarm
        sentence={sentence ?? text.wrongOf(findings)}
        found={found}
        lost={sentence === undefined ? leaves : undefined}
        by={byWhom(shown)}
      />
    );
  if (outcome === 'not-as-signed') return <NotAsSigned shown={shown} />;
  const isRight = outcome === 'right';
  const rightTitle = isDisputed ? text.disputedTitle : text.rightTitle;
  const rightKind = isDisputed ? 'info' : 'done';
  return (
    <Notice kind={isRight ? rightKind : 'warning'} title={isRight ? rightTitle : text.brokenOffTitle}>
      <p className={styles.sentence}>
        {sentence ?? (isRight && size !== undefined ? text.rightOf(size) : text.brokenOff)}
      </p>
      {isRight && isDisputed && <p className={styles.sentence}>{text.disputed}</p>}
      {isRight && !hasWitness && <p className={styles.sentence}>{text.onlyWitness}</p>}
      <p className={styles.soft}>{byWhom(shown)}</p>
    </Notice>
  );
}

function Never() {
  const mayVerify = useMay('log.verify');
  return (
    <EmptyState icon={<ShieldQuestion />} title={text.neverTitle}>
      {mayVerify ? text.never : `${text.never} ${text.onlyAuditors}`}
    </EmptyState>
  );
}
