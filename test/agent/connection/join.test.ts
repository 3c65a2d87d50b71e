import assert from 'node:assert/strict';
import { AgentError, EXIT } from '../../../agent/agent-error.ts';
import { join, reach } from '../../../agent/connection/join.ts';
import { serverAddress } from '../../../agent/connection/server-address.ts';
import type { ErrorCode } from '../../../protocol/errors.ts';
import type { JoinRequest } from '../../../protocol/join.ts';
import { PROTOCOL_VERSION } from '../../../protocol/version.ts';
import { BrokerDouble } from '../broker-double.ts';

const REQUEST: JoinRequest = {
  code: '123456789',
  protocolVersion: PROTOCOL_VERSION,
  agent: { kind: 'native', version: '0.1.0', capable: ['view'] },
  computer: { hostName: 'ada', platform: 'Debian GNU/Linux 12', architecture: 'x86_64' },
};

describe('Joining', () => {
  let broker: BrokerDouble;

  before(async () => {
    broker = await BrokerDouble.start();
  });
  after(() => broker.die());
  beforeEach(() => {
    broker.joinAnswer = undefined;
  });

  const fails = async (status: number, sentence: RegExp, url = broker.url) => {
    await assert.rejects(join(serverAddress(url), REQUEST), (error) => {
      assert.ok(error instanceof AgentError, String(error));
      assert.match(error.message, sentence);
      assert.equal(error.status, status);
      return true;
    });
  };
  const refuse = (status: number, code: ErrorCode, more: object = {}, headers = {}) => {
    broker.joinAnswer = {
      status,
      headers,
      body: { error: { code, message: 'Said by the server.', ...more } },
    };
  };

  it('answers with the session, its token and the card', async () => {
    const joined = await join(serverAddress(broker.url), REQUEST);
    assert.equal(joined.sessionId, broker.sessionId);
    assert.equal(joined.card.technician.name, 'Tess Technician');
    assert.deepEqual(broker.joins.at(-1), REQUEST);
  });

  it('says the same of every code that does not work', async () => {
    refuse(404, 'code.wrong');
    await fails(EXIT.codeRefused, /mistyped, used already, or older than ten minutes/);
  });

  it('says when to try again after too many tries', async () => {
    refuse(429, 'tries.too-many', {}, { 'retry-after': '240' });
    await fails(EXIT.tooManyTries, /Try again in 4 minutes/);
    refuse(429, 'tries.too-many');
    await fails(EXIT.tooManyTries, /Wait a few minutes/);
  });

  it('says who is newer when the versions differ, and what to do', async () => {
    refuse(426, 'protocol.mismatch', { protocolVersion: PROTOCOL_VERSION + 1 });
    await fails(EXIT.versionMismatch, /The server is newer: get the current version/);
    refuse(426, 'protocol.mismatch', { protocolVersion: PROTOCOL_VERSION - 1 });
    await fails(EXIT.versionMismatch, /This program is newer: ask the people who run the server/);
    refuse(426, 'protocol.mismatch');
    await fails(EXIT.versionMismatch, /different versions\. Said by the server\./);
    broker.joinAnswer = { status: 200, body: { protocolVersion: PROTOCOL_VERSION + 1, newer: true } };
    await fails(EXIT.versionMismatch, /The server is newer/);
  });

  it('says so when the server cannot keep its record', async () => {
    refuse(503, 'record.unavailable');
    await fails(EXIT.unreachable, /cannot write its record/);
  });

  it('tells a server from something else that answers', async () => {
    for (const body of [
      '<!doctype html>',
      '{}',
      '[',
      JSON.stringify({ error: 'no' }),
      'x'.repeat(1_000_000),
    ]) {
      broker.joinAnswer = { status: 200, body };
      await fails(EXIT.unreachable, /not as a Countersign server/);
      broker.joinAnswer = { status: 502, body };
      await fails(EXIT.unreachable, /not as a Countersign server/);
    }
  });

  it('follows nobody to another server', async () => {
    broker.joinAnswer = { status: 307, headers: { location: `${broker.url}/elsewhere` }, body: '' };
    const before = broker.joins.length;
    await fails(EXIT.unreachable, /does not answer/);
    assert.equal(broker.joins.length, before + 1);
  });

  it('says why a server does not answer', async () => {
    const gone = await BrokerDouble.start();
    await gone.die();
    await fails(EXIT.unreachable, /does not answer: nothing listens there\.$/, gone.url);
    await fails(EXIT.unreachable, /does not speak https there/, broker.url.replace('http', 'https'));
  });

  it('finds out that a server does not answer before a code is asked for', async () => {
    await reach(serverAddress(broker.url));
    const gone = await BrokerDouble.start();
    await gone.die();
    await assert.rejects(reach(serverAddress(gone.url)), {
      status: EXIT.unreachable,
      message: /nothing listens there/,
    });
  });

  it('lets the server print nothing but text', async () => {
    refuse(409, 'already-exists', { message: '\u001b[2J\u202Eowned\nnew line' });
    await fails(EXIT.unreachable, /^\[2J *owned new line$/);
  });
});

describe('The address of a server', () => {
  it('is https unless it is this computer', () => {
    assert.equal(serverAddress('support.example.com').origin, 'https://support.example.com');
    assert.equal(serverAddress('localhost:8480').origin, 'http://localhost:8480');
    assert.equal(serverAddress('127.0.0.1:8480').origin, 'http://127.0.0.1:8480');
    assert.equal(serverAddress('http://[::1]:8480').origin, 'http://[::1]:8480');
    assert.equal(
      serverAddress(' https://support.example.com/join#123 ').origin,
      'https://support.example.com',
    );
  });

  it('is refused without encryption to another computer, unless that was said', () => {
    for (const typed of ['http://support.example.com', 'http://192.0.2.7', 'http://localhost.evil.example'])
      assert.throws(() => serverAddress(typed), /is not encrypted.*--insecure/s);
    assert.equal(serverAddress('http://192.0.2.7', true).origin, 'http://192.0.2.7');
  });

  it('leads to lanes and signalling of the same server', () => {
    const server = serverAddress('https://support.example.com');
    assert.equal(String(server.lane('a&b')), 'wss://support.example.com/lane?ticket=a%26b');
    assert.equal(server.signalling, 'https://support.example.com/agent');
    assert.equal(String(server.api('/api/v1/join')), 'https://support.example.com/api/v1/join');
  });

  it('is not anything else', () => {
    for (const typed of [
      '',
      'ftp://example.com',
      'file:///etc/passwd',
      'https://',
      'https://me:pw@example.com',
    ])
      assert.throws(() => serverAddress(typed), /is not the address of a server/);
  });
});
