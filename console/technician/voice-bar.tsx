import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { t } from '../shared/strings.ts';
import { Notice } from '../shared/ui/notice.tsx';
import { VoiceControls } from '../shared/voice/voice-controls.tsx';
import { isGranted, type SupportSession } from './support-session.ts';
import styles from './voice-bar.module.css';

const text = t.voice;

/** The conversation with the customer, while they allow it, or what keeps it from beginning. */
export function VoiceBar({ session, state }: { session: SupportSession; state: ConsoleSessionState }) {
  if (!isGranted(state, 'voice') || state.voice) return <VoiceNotice state={state} />;
  return (
    <section className={styles.bar} aria-label={text.title}>
      <VoiceControls voice={session.voice} name={state.contact.name} keys={t.technician.active.muteKeys} />
    </section>
  );
}

/** Why nobody can talk, for a technician who asked for it. */
export function VoiceNotice({ state }: { state: ConsoleSessionState }) {
  const { obstacle, noMicrophone } = state.voice ?? {};
  const { name } = state.contact;
  const isWished = isGranted(state, 'voice') || state.requested.includes('voice');
  if (noMicrophone)
    return (
      <Notice kind="warning">
        {text.customerHasNone[noMicrophone](name)}{' '}
        {noMicrophone === 'loaded-anew' ? text.pressesAgain(name) : text.customerHasNoneHow(name)}
      </Notice>
    );
  return obstacle && isWished ? <Notice kind="warning">{text.obstacle[obstacle]}</Notice> : null;
}
