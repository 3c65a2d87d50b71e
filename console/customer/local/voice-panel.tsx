import type { LocalState } from '../../../protocol/local-page.ts';
import { useStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import { Notice } from '../../shared/ui/notice.tsx';
import { VoiceControls } from '../../shared/voice/voice-controls.tsx';
import type { VoiceEnd } from '../../shared/voice/voice-end.ts';
import type { CustomerLink } from './customer-link.ts';
import panel from './panel.module.css';
import { isAllowed, lookOf } from './phase.ts';

interface VoicePanelProps {
  link: CustomerLink;
  voice: VoiceEnd;
  /** This page may have been loaded anew, with the voice allowed before. */
  isOffAtFirst?: boolean;
}

/** The conversation with the technician, while it is allowed. */
export function VoicePanel({ link, ...talk }: VoicePanelProps) {
  const { state } = useStore(link.view);
  if (state === undefined || !isAllowed(lookOf('voice', state))) return null;
  const { obstacle } = state.session.voice ?? {};
  if (obstacle) return <Notice kind="warning">{t.voice.obstacle[obstacle]}</Notice>;
  return <Talking state={state} {...talk} />;
}

function Talking({ state, ...controls }: { state: LocalState } & Omit<VoicePanelProps, 'link'>) {
  const { name } = state.session.card.technician;
  return (
    <section className={panel.panel} aria-labelledby="voice-title">
      <h2 id="voice-title">{t.voice.talking(name)}</h2>
      <VoiceControls {...controls} name={name} size="large" />
      <p className={panel.quiet}>{t.voice.notKept}</p>
    </section>
  );
}
