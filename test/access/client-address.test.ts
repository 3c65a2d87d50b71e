import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { addressGroup, clientAddress } from '../../server/access/client-address.ts';

const request = (remoteAddress: string | undefined, forwardedFor?: string) =>
  ({
    socket: { remoteAddress },
    connection: { remoteAddress },
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
  }) as unknown as IncomingMessage;

describe('client address', () => {
  it('is the connection’s when no proxy is trusted, whatever a header claims', () => {
    assert.equal(clientAddress(false)(request('192.0.2.1', '198.51.100.7')), '192.0.2.1');
  });

  it('is what the last trusted proxy saw', () => {
    assert.equal(clientAddress(1)(request('10.0.0.1', '203.0.113.9, 198.51.100.7')), '198.51.100.7');
    assert.equal(clientAddress('10.0.0.0/8, loopback')(request('10.0.0.1', '198.51.100.7')), '198.51.100.7');
    assert.equal(clientAddress('10.0.0.0/8')(request('192.0.2.1', '198.51.100.7')), '192.0.2.1');
  });

  it('shows an IPv4 address that came over an IPv6 socket as what it is', () => {
    assert.equal(clientAddress(false)(request('::ffff:192.0.2.1')), '192.0.2.1');
  });

  it('is "unknown" for somebody who has hung up already', () => {
    assert.equal(clientAddress(false)(request(undefined)), 'unknown');
  });

  it('counts tries by IPv4 address and by IPv6 network', () => {
    assert.equal(addressGroup('192.0.2.1'), '192.0.2.1');
    assert.equal(addressGroup('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64');
    assert.equal(addressGroup('2001:db8:1:2::9'), '2001:db8:1:2::/64');
    assert.equal(addressGroup('2001:0DB8:0001:0002::9'), '2001:db8:1:2::/64');
    assert.equal(addressGroup('::1'), '0:0:0:0::/64');
    assert.equal(addressGroup('fe80::1%eth0'), 'fe80:0:0:0::/64');
    assert.equal(addressGroup('unknown'), 'unknown');
    assert.equal(addressGroup('2001:db8:1:abcd::9', 56), '2001:db8:1:ab00::/56');
    assert.equal(addressGroup('2001:db8:1:abcd::9', 48), '2001:db8:1:0::/48');
    assert.equal(addressGroup('192.0.2.1', 48), '192.0.2.1');
  });
});
