import '../../shared/without-eval.ts';
import { startPage } from '../../shared/start-page.tsx';
import '../customer.css';
import '../receipt/print.css';
import { HelperLink } from './helper-link.ts';
import { LocalPage } from './local-page.tsx';

/** `live` beside this page, under the secret path segment that the agent serves it at. */
function connect(): WebSocket {
  const address = new URL('live', window.location.href);
  address.protocol = 'ws:';
  return new WebSocket(address);
}

startPage(<LocalPage link={new HelperLink(connect)} />);
