import { SIGNALLING } from '../../protocol/customer-end/broker-connection.ts';
import { AgentError, EXIT } from '../agent-error.ts';

/** Where one broker listens, for each of the ways this program speaks to it. */
export interface ServerAddress {
  readonly origin: string;
  api(path: string): URL;
  /** The socket.io namespace of agents. */
  readonly signalling: string;
  lane(ticket: string): URL;
}

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;

/**
 * @param typed as a person types it: `support.example.com`, `https://support.example.com/join#123456789`.
 *   Without a scheme it is https, except on this computer itself.
 * @throws AgentError (usage) for what is no such address, and for http to another computer unless `insecure`:
 *   the code and everything after it would cross the network in the clear.
 */
export function serverAddress(typed: string, insecure = false): ServerAddress {
  const url = parse(typed.trim());
  const local = LOOPBACK.test(url.hostname);
  if (url.protocol === 'http:' && !local && !insecure)
    throw new AgentError(
      EXIT.usage,
      `${url.origin} is not encrypted: everybody between here and there could read along. ` +
        `Use https://${url.host}, or say --insecure if this network is yours alone.`,
    );
  const socketOrigin = url.origin.replace(/^http/, 'ws');
  return {
    origin: url.origin,
    api: (path) => new URL(path, url.origin),
    signalling: `${url.origin}${SIGNALLING.namespace}`,
    lane: (ticket) => new URL(`/lane?ticket=${encodeURIComponent(ticket)}`, socketOrigin),
  };
}

function parse(typed: string): URL {
  const bare = !/^[a-z][a-z0-9+.-]*:\/\//i.test(typed);
  const guess = bare ? `https://${typed}` : typed;
  if (!URL.canParse(guess)) throw notAnAddress(typed);
  const url = new URL(guess);
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.password)
    throw notAnAddress(typed);
  return bare && LOOPBACK.test(url.hostname) ? new URL(`http://${typed}`) : url;
}

const notAnAddress = (typed: string) =>
  new AgentError(
    EXIT.usage,
    `"${typed.slice(0, 200)}" is not the address of a server. It looks like https://support.example.com.`,
  );
