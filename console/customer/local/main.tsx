import '../../shared/without-eval.ts';
import { startPage } from '../../shared/start-page.tsx';
import '../customer.css';
import '../receipt/print.css';
import { HelperLink } from './helper-link.ts';
import { LocalPage } from './local-page.tsx';
import { VoiceHere } from './voice-here.ts';
import { VoiceHerePanel } from './voice-here-panel.tsx';

/** `live` or `voice` beside this page, under the secret path segment that the agent serves it at. */
function connect(to: 'live' | 'voice'): WebSocket {
  const address = new URL(to, window.location.href);
  address.protocol = 'ws:';
  return new WebSocket(address);
}

const voice = new VoiceHere(() => connect('voice'));
const link = new HelperLink(() => connect('live'), voice);

startPage(<LocalPage link={link} voice={<VoiceHerePanel link={link} voice={voice} />} />);
