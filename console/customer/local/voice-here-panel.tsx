import { useStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import type { CustomerLink } from './customer-link.ts';
import panel from './panel.module.css';
import type { VoiceHere } from './voice-here.ts';
import { VoicePanel } from './voice-panel.tsx';

/** The conversation in a program's page, or where else it is: several may be open, and one carries it. */
export function VoiceHerePanel({ link, voice }: { link: CustomerLink; voice: VoiceHere }) {
  const { state } = useStore(link.view);
  const talksOn = state?.talksOn;
  if (state === undefined || talksOn === undefined || talksOn === voice.pageId)
    return <VoicePanel link={link} voice={voice.end} />;
  return (
    <section className={panel.panel} aria-labelledby="voice-title">
      <h2 id="voice-title">{t.voice.talking(state.session.card.technician.name)}</h2>
      <p>{t.voice.elsewhere}</p>
    </section>
  );
}
