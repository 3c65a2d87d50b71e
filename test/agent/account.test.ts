import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverAddress } from '../../agent/connection/server-address.ts';
import { Desktop } from '../../agent/desktop.ts';
import { X11Platform } from '../../agent/platform/x11/x11-platform.ts';
import { AgentSession } from '../../agent/session.ts';
import { SessionKey } from '../../agent/session-key.ts';
import type { FromAgent } from '../../protocol/agent-messages.ts';
import { nameDigestInput, type SignedStatement } from '../../protocol/proof/signed-statement.ts';
import { readStatement, type Says, signedMessage } from '../../protocol/proof/statement.ts';
import { isSignatureOf, sha256 } from '../../server/records/node-signatures.ts';
import { until } from '../support/until.ts';
import { BrokerDouble } from './broker-double.ts';

describe('The account of the agent', () => {
  let broker: BrokerDouble;
  let session: AgentSession;
  let key: SessionKey;

  beforeEach(async () => {
    broker = await BrokerDouble.start();
    key = new SessionKey();
    session = new AgentSession({
      server: serverAddress(broker.url),
      sessionId: broker.sessionId,
      agentToken: broker.agentToken,
      desktop: new Desktop(new X11Platform(':nowhere'), 'here'),
      receivedFolder: join(tmpdir(), 'nothing-is-received'),
      key,
    });
    session.start();
    await until('the first state', () => session.state()?.link === 'online');
  });
  afterEach(async () => {
    session.stop();
    await session.ended;
    await broker.die().catch(() => {});
  });

  const signedIn = (message: FromAgent): SignedStatement[] => {
    if (message.type === 'account.state') return message.statements;
    return 'statement' in message && message.statement ? [message.statement] : [];
  };
  /** What the broker was told, each line once and with its signature checked: number and what it says. */
  const lines = (): [number, Says][] => {
    const told = new Map<number, Says>();
    for (const { text, signature } of broker.heard.flatMap(signedIn)) {
      const statement = readStatement(text);
      assert(statement && statement.session === broker.sessionId, text);
      assert(isSignatureOf(key.signingKey, signedMessage(text), signature));
      const before = told.get(statement.number);
      assert(!before || JSON.stringify(before) === JSON.stringify(statement.says), 'a number says one thing');
      told.set(statement.number, statement.says);
    }
    return [...told].sort(([a], [b]) => a - b);
  };
  const types = () => lines().map(([number, { type }]) => `${number} ${type}`);
  const allow = async (...allowed: ('chat' | 'view')[]) => {
    const requestId = broker.ask('view', 'chat');
    await until('the question', () => session.state()!.session.pending.length === 1);
    session.command({ type: 'consent.answer', requestId, allowed }, 'person');
    return requestId;
  };

  it('has every answer, with the text that was shown', async () => {
    const requestId = await allow('chat');
    const { statement } = await broker.hears('consent.answered');
    const { consentText, consentTextVersion: textVersion } = broker.state.card;
    const textSha256 = sha256(consentText);
    assert.deepEqual(readStatement(statement!.text)?.says, {
      type: 'consent.answered',
      requestId,
      allowed: ['chat'],
      refused: ['view'],
      mode: 'person',
      textVersion,
      textSha256,
    });
    broker.grant('chat');
    session.command({ type: 'tool.allow', tool: 'view' }, 'person');
    await broker.hears('consent.volunteered');
    session.command({ type: 'tool.stop', tool: 'chat' }, 'person');
    await broker.hears('grant.revoke');
    assert.deepEqual(lines().slice(1), [
      [2, { type: 'consent.volunteered', tool: 'view', textVersion, textSha256 }],
      [3, { type: 'grant.revoked', tool: 'chat' }],
    ]);
  });

  it('has each tool’s start and stop with the bytes that went over this end, and is closed in the end', async () => {
    await allow('chat');
    await broker.hears('consent.answered');
    broker.grant('chat');
    const lane = await broker.offer('chat');
    await until('the lane', () => session.state()!.inUse.includes('chat'));
    const text = JSON.stringify({ id: randomUUID(), at: new Date().toISOString(), text: 'hello' });
    lane.send(Buffer.from(text));
    await until('the message', () => session.state()!.chat.length === 1);
    session.command({ type: 'chat.send', text: 'hello yourself' }, 'person');
    const sent = await new Promise<Buffer>((resolve) =>
      lane.once('message', (data) => resolve(data as Buffer)),
    );
    session.command({ type: 'stop', reason: 'stopped-by-customer' }, 'person');
    await session.ended;
    const said = lines();
    assert.deepEqual(types(), ['1 consent.answered', '2 tool.started', '3 tool.stopped', '4 session.ended']);
    const stopped = said[2]![1];
    assert(stopped.type === 'tool.stopped');
    assert.deepEqual([stopped.tool, stopped.sent, stopped.received], ['chat', sent.length, text.length]);
    const { status, endedBy, reason } = {
      status: 'ended',
      endedBy: 'customer',
      reason: 'stopped-by-customer',
    };
    assert.deepEqual(said[3]![1], { type: 'session.ended', status, endedBy, reason, statements: 4 });
  });

  it('has what became of a file that came in part, and not its name', async () => {
    session.command({ type: 'tool.allow', tool: 'file-upload' }, 'person');
    await broker.hears('consent.volunteered');
    broker.grant('file-upload');
    const fileId = randomUUID();
    const at = new Date().toISOString();
    const file = { fileId, tool: 'file-upload' as const, name: 'report.pdf', size: 3, at };
    broker.push({ files: [{ ...file, standing: 'offered' }] });
    await until('the offer', () => session.state()!.session.files.length === 1);
    session.command({ type: 'file.answer', fileId, accept: true, forSession: false }, 'person');
    await broker.hears('file.accept');
    broker.push({ files: [{ ...file, standing: 'accepted' }] });
    session.command({ type: 'file.cancel', fileId }, 'person');
    const { statement, statedName, outcome } = await broker.hears('file.finished');
    const finished = { type: 'file.finished' as const, fileId, tool: file.tool, outcome, bytes: 0 };
    const nameSha256 = sha256(nameDigestInput(statedName!));
    assert.deepEqual(lines()[1], [2, { ...finished, nameSha256 }]);
    assert.deepEqual([outcome, statedName!.name], ['cancelled', 'report.pdf']);
    assert(!statement!.text.includes('report'));
  });

  it('is whole although the network broke in the middle of a line', async () => {
    broker.answer = (message) => (message.type === 'consent.answered' ? new Promise(() => {}) : { ok: true });
    await allow('chat');
    await broker.hears('consent.answered');
    await broker.die();
    await until('it is away', () => session.state()!.link === 'offline');
    broker.answer = () => ({ ok: true });
    await broker.rise();
    await broker.hears('consent.answered', 1);
    session.command({ type: 'stop', reason: 'stopped-by-customer' }, 'person');
    await session.ended;
    // The first telling may have got through: both were said.
    assert.deepEqual(types(), ['1 consent.answered', '2 consent.answered', '3 session.ended']);
  });

  it('tells a line by itself when its message was refused', async () => {
    broker.answer = (message) =>
      message.type === 'consent.volunteered'
        ? { error: { code: 'request.out-of-order', message: 'Not now.' } }
        : { ok: true };
    session.command({ type: 'tool.allow', tool: 'chat' }, 'person');
    const { statements } = await broker.hears('account.state');
    assert.equal(readStatement(statements[0]!.text)?.says.type, 'consent.volunteered');
    assert.match(session.state()!.problem!, /Not now/);
  });

  it('keeps what the broker cannot write down, and tells it with the next line', async () => {
    let full = true;
    broker.answer = (message) =>
      message.type === 'account.state' && full
        ? { error: { code: 'record.unavailable', message: 'The disk is full.' } }
        : { ok: true };
    await allow('chat');
    await broker.hears('consent.answered');
    broker.grant('chat');
    const lane = await broker.offer('chat');
    await broker.hears('account.state');
    full = false;
    lane.close();
    await until('the next line', () => types().length === 3);
    const { statements } = await broker.hears('account.state', 1);
    assert.deepEqual(
      statements.map(({ text }) => readStatement(text)?.number),
      [2, 3],
    );
  });

  it('does not hold up the end when the broker takes no last line', async () => {
    broker.answer = (message) =>
      message.type === 'account.state'
        ? { error: { code: 'not-found', message: 'There is no such session.' } }
        : { ok: true };
    session.command({ type: 'stop', reason: 'stopped-by-customer' }, 'person');
    await session.ended;
    assert.deepEqual(types(), ['1 session.ended']);
  });
});
