import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import proxyAddr from 'proxy-addr';

/** Express' `trust proxy`: how many proxies stand in front, or their addresses. */
export type TrustProxy = number | string | false;

export type ClientAddress = (request: IncomingMessage) => string;

/**
 * The address that a request comes from, the same over HTTP and at an upgrade. Forwarding headers count only
 * as far as the proxies that wrote them are trusted. Asked for when a request comes it is known also after who sent it has
 * hung up.
 */
export function clientAddress(trustProxy: TrustProxy): ClientAddress {
  const trusted =
    trustProxy === false
      ? () => false
      : typeof trustProxy === 'number'
        ? (_address: string, hop: number) => hop < trustProxy
        : proxyAddr.compile(trustProxy.split(',').map((part) => part.trim()));
  const known = new WeakMap<IncomingMessage, string>();
  const read = (request: IncomingMessage): string => {
    if (request.socket.remoteAddress === undefined) return 'unknown'; // it has hung up already
    return proxyAddr(request, trusted).replace(/^::ffff:(?=\d+\.)/i, '');
  };
  return (request) => {
    const address = known.get(request) ?? read(request);
    known.set(request, address);
    return address;
  };
}

/**
 * What tries are counted by: an IPv4 address, or the IPv6 network of `prefix` bits. A /64 is what one customer has at
 * least, a /56 or a /48 what one may have whole.
 */
export function addressGroup(address: string, prefix: 48 | 56 | 64 = 64): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const start = head === '' ? [] : head.split(':');
  const end = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? [] : new Array(8 - start.length - end.length).fill('0');
  const lastPart = { 48: 0, 56: 0xff00, 64: 0xffff }[prefix];
  const network = [...start, ...zeros, ...end]
    .slice(0, 4)
    .map((part, index) => (Number.parseInt(part, 16) & (index === 3 ? lastPart : 0xffff)).toString(16));
  return `${network.join(':')}::/${prefix}`;
}
