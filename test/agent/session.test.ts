import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebSocket } from 'ws';
import { EXIT } from '../../agent/agent-error.ts';
import { serverAddress } from '../../agent/connection/server-address.ts';
import { Desktop } from '../../agent/desktop.ts';
import { X11Platform } from '../../agent/platform/x11/x11-platform.ts';
import { AgentSession, type SessionParts } from '../../agent/session.ts';
import { describeEnding } from '../../agent/session-ending.ts';
import { ERRORS } from '../../protocol/errors.ts';
import type { CustomerYes } from '../../protocol/local-page.ts';
import type { ToVoicePage } from '../../protocol/local-voice.ts';
import { SigningEnd } from '../support/signing-end.ts';
import { until } from '../support/until.ts';
import { BrokerDouble } from './broker-double.ts';

describe('The session at the agent', () => {
  let broker: BrokerDouble;
  let session: AgentSession;
  let desktop: Desktop;

  const begin = (options: Partial<Pick<SessionParts, 'graceMs' | 'inherits'>> = {}) => {
    desktop = new Desktop(new X11Platform(':nowhere'), 'here');
    session = new AgentSession({
      server: serverAddress(broker.url),
      sessionId: broker.sessionId,
      agentToken: broker.agentToken,
      // Never opened here: these stories are about chat, which needs no screen.
      desktop,
      receivedFolder: join(tmpdir(), 'nothing-is-received'),
      ...options,
    });
    session.start();
    return until('the first state', () => session.state()?.link === 'online');
  };
  const allow = (requestId: string, ...allowed: ('chat' | 'view' | 'control')[]) =>
    session.command({ type: 'consent.answer', requestId, allowed }, 'person');
  /** The customer has allowed chat, the broker knows, and its lane is open. */
  const chatting = async (): Promise<WebSocket> => {
    const requestId = broker.ask('chat');
    await until('the question', () => session.state()!.session.pending.length === 1);
    allow(requestId, 'chat');
    await broker.hears('consent.answered');
    broker.grant('chat');
    const lane = await broker.offer('chat');
    await until('the lane', () => session.state()!.inUse.includes('chat'));
    return lane;
  };

  beforeEach(async () => {
    broker = await BrokerDouble.start();
  });

  afterEach(async () => {
    session?.stop();
    await session?.ended;
    await broker.die().catch(() => {});
  });

  it('opens a lane for a tool that the customer allowed', async () => {
    await begin();
    const lane = await chatting();
    const received = once(lane, 'message');
    session.command({ type: 'chat.send', text: 'it is the tray' }, 'person');
    assert.equal(JSON.parse(String((await received)[0])).text, 'it is the tray');
    lane.send(
      Buffer.from(JSON.stringify({ id: randomUUID(), at: new Date().toISOString(), text: 'which one?' })),
    );
    await until('the message', () => session.state()!.chat.length === 2);
    assert.deepEqual(
      session.state()!.chat.map(({ from, text }) => `${from}: ${text}`),
      ['customer: it is the tray', 'technician: which one?'],
    );
  });

  it('keeps what is written under the technician’s hand until messages are allowed', async () => {
    await begin();
    const nothing = async () => {};
    const input = { holding: true, key: nothing, pointer: nothing, releaseAll: nothing, close: nothing };
    desktop.foreignHand.watch(input);
    session.command({ type: 'chat.send', text: 'I am the customer' }, 'person');
    assert.match(session.state()!.problem!, /waits until you allow messages/);
    await broker.settled();
    assert.deepEqual(broker.heard, []);
    assert.deepEqual(
      session.state()!.chat.map(({ text }) => text),
      ['I am the customer'],
    );
    input.holding = false;
    session.command({ type: 'tool.allow', tool: 'chat' }, 'person');
    assert.equal((await broker.hears('consent.volunteered')).tool, 'chat');
  });

  it('opens no lane that the customer was never asked for, whatever the broker says', async () => {
    await begin();
    broker.grant('chat', 'control', 'view');
    let opened = false;
    void broker.offer('chat').then(() => {
      opened = true;
    });
    await until('the agent tells', () => session.state()!.problem !== undefined);
    assert.match(session.state()!.problem!, /not allowed \(chat\)/);
    assert.deepEqual(session.state()!.inUse, []);
    assert.equal(opened, false);
  });

  it('takes back what the broker believes to be granted and the customer never allowed', async () => {
    await begin();
    broker.grant('control');
    assert.deepEqual(await broker.hears('grant.revoke'), { type: 'grant.revoke', tool: 'control' });
  });

  it('opens no lane that the customer refused', async () => {
    await begin();
    const requestId = broker.ask('chat', 'view');
    await until('the question', () => session.state()!.session.pending.length === 1);
    allow(requestId, 'view');
    const { allowed } = await broker.hears('consent.answered');
    assert.deepEqual(allowed, ['view']);
    void broker.offer('chat');
    await until('the agent tells', () => session.state()!.problem !== undefined);
    assert.deepEqual(session.state()!.inUse, []);
  });

  it('lets an answer allow no more than was asked', async () => {
    await begin();
    const requestId = broker.ask('chat');
    await until('the question', () => session.state()!.session.pending.length === 1);
    allow(requestId, 'chat', 'view', 'control');
    assert.deepEqual((await broker.hears('consent.answered')).allowed, ['chat']);
  });

  it('closes the lane of a tool that the customer stops, before the broker knows', async () => {
    await begin();
    const lane = await chatting();
    const closed = once(lane, 'close');
    session.command({ type: 'tool.stop', tool: 'chat' }, 'person');
    assert.deepEqual(session.state()!.inUse, []);
    assert.equal((await closed)[0], ERRORS['consent.withdrawn'].close);
    assert.equal((await broker.hears('grant.revoke')).tool, 'chat');
    void broker.offer('chat');
    await until('the agent tells', () => session.state()!.problem !== undefined);
    assert.deepEqual(session.state()!.inUse, []);
  });

  it('closes the lane of a tool that the technician gave back, and asks before it opens again', async () => {
    await begin();
    const lane = await chatting();
    const closed = once(lane, 'close');
    broker.push({ tools: broker.standing('returned', 'chat') });
    await closed;
    const requestId = broker.ask('chat');
    void broker.offer('chat');
    await until('the agent tells', () => session.state()!.problem !== undefined);
    allow(requestId, 'chat');
    await broker.hears('consent.answered', 1);
    broker.grant('chat');
    await broker.offer('chat');
  });

  it('opens one lane once, also when both ends asked for it, and a newer one in its place', async () => {
    await begin();
    const lane = await chatting();
    const { pass, lane: second } = broker.ticket('chat');
    const replaced = once(lane, 'close');
    broker.agent!.emit('message', { type: 'lane.offered', pass });
    broker.agent!.emit('message', {
      type: 'lane.offered',
      pass: { ...pass, ticket: 'another to the same lane' },
    });
    const open = await second;
    await replaced;
    await until('the lane', () => session.state()!.inUse.includes('chat'));
    const received = once(open, 'message');
    session.command({ type: 'chat.send', text: 'still one' }, 'person');
    await received;
  });

  it('closes at once what a later answer refuses', async () => {
    await begin();
    const lane = await chatting();
    const closed = once(lane, 'close');
    // Granted and asked for at the same time: no honest broker does that, and the customer's newest word counts.
    const requestId = randomUUID();
    const now = new Date().toISOString();
    broker.push({ pending: [{ requestId, tools: ['chat'], askedAt: now, expiresAt: now }] });
    await until('the question', () => session.state()!.session.pending.length === 1);
    allow(requestId);
    assert.deepEqual(session.state()!.inUse, []);
    await closed;
  });

  it('takes a yes back when the broker refuses the answer', async () => {
    await begin();
    broker.answer = () => ({ error: { code: 'request.out-of-order', message: 'It was too late.' } });
    const requestId = broker.ask('chat');
    await until('the question', () => session.state()!.session.pending.length === 1);
    allow(requestId, 'chat');
    await until('the refusal', () => session.state()!.problem === 'It was too late.');
    void broker.offer('chat');
    await until('the agent tells', () => /not allowed/.test(session.state()!.problem ?? ''));
  });

  it('believes no older state, no other session and nothing that is not in the protocol', async () => {
    await begin();
    const before = session.state()!.session;
    const agent = broker.agent!;
    agent.emit('message', {
      type: 'session.state',
      state: { ...broker.state, revision: 0, status: 'ended' },
    });
    agent.emit('message', {
      type: 'session.state',
      state: { ...broker.state, sessionId: randomUUID(), revision: 99, status: 'ended' },
    });
    agent.emit('message', {
      type: 'session.state',
      state: { ...broker.state, revision: 99, status: 'owned' },
    });
    agent.emit('message', 'x'.repeat(100_000));
    agent.emit('message', null);
    agent.emit('message');
    await broker.settled();
    assert.deepEqual(session.state()!.session, before);
  });

  it('tells the broker of a Stop and is over', async () => {
    await begin();
    const lane = await chatting();
    const closed = once(lane, 'close');
    session.command({ type: 'stop', reason: 'reported-by-customer' }, 'person');
    assert.deepEqual(session.state()!.inUse, []);
    assert.equal(session.state()!.link, 'over');
    assert.equal(session.state()!.session.endReason, 'reported-by-customer');
    assert.equal((await closed)[0], ERRORS['consent.withdrawn'].close);
    const { status } = await session.ended;
    assert.equal(status, 'ended');
    assert.equal((await broker.hears('session.stop')).reason, 'reported-by-customer');
  });

  it('tells a broker that comes back that the customer stopped meanwhile', async () => {
    await begin();
    await broker.die();
    await until('the agent notices', () => session.state()!.link === 'offline');
    session.command({ type: 'stop', reason: 'stopped-by-customer' }, 'person');
    assert.equal(session.state()!.link, 'over');
    await broker.rise();
    assert.equal((await broker.hears('session.stop')).reason, 'stopped-by-customer');
    await session.ended;
  });

  it('stops at once also when the broker does not answer', async () => {
    await begin();
    await chatting();
    await broker.die();
    await until('the agent notices', () => session.state()!.link === 'offline');
    session.stop();
    assert.equal(session.state()!.link, 'over');
    assert.equal(session.state()!.session.status, 'ended');
    assert.deepEqual(session.state()!.session.pending, []);
    await session.ended;
  });

  it('goes on with the same token and the same grants when the broker was restarted', async () => {
    await begin();
    await chatting();
    await broker.die();
    await until('the agent notices', () => session.state()!.link === 'offline');
    assert.deepEqual(session.state()!.inUse, []);
    // Written while nobody listens: it arrives when somebody does.
    session.command({ type: 'chat.send', text: 'still there?' }, 'person');
    broker.state = { ...broker.state, revision: 0 };
    const { pass, lane } = broker.ticket('chat');
    broker.answer = (message) => ({ ok: true, ...(message.type === 'lane.open' ? pass : {}) });
    await broker.rise();
    const [message] = await once(await lane, 'message');
    assert.equal(JSON.parse(String(message)).text, 'still there?');
    assert.equal(session.state()!.link, 'online');
  });

  it('tells an answer again that a broken network swallowed', async () => {
    await begin();
    const requestId = broker.ask('chat');
    await until('the question', () => session.state()!.session.pending.length === 1);
    await broker.die();
    await until('the agent notices', () => session.state()!.link === 'offline');
    allow(requestId, 'chat');
    await broker.rise();
    assert.deepEqual((await broker.hears('consent.answered')).allowed, ['chat']);
    broker.grant('chat');
    await broker.offer('chat');
  });

  it('tells only what still holds, when the customer took something back meanwhile', async () => {
    await begin();
    const requestId = broker.ask('chat', 'view');
    await until('the question', () => session.state()!.session.pending.length === 1);
    await broker.die();
    await until('the agent notices', () => session.state()!.link === 'offline');
    allow(requestId, 'chat', 'view');
    session.command({ type: 'tool.stop', tool: 'view' }, 'person');
    await broker.rise();
    assert.deepEqual((await broker.hears('consent.answered')).allowed, ['chat']);
  });

  it('ends by itself when the broker stays away for longer than the grace period', async () => {
    await begin({ graceMs: 300 });
    await chatting();
    await broker.die();
    const { status } = await session.ended;
    assert.equal(status, 'lost');
    assert.equal(session.state()!.session.status, 'lost');
    assert.equal(session.state()!.session.endReason, 'customer-gone');
  });

  it('ends when the broker says that the session is over', async () => {
    await begin();
    broker.push({
      status: 'ended',
      endedBy: 'technician',
      endReason: 'done',
      endedAt: new Date().toISOString(),
    });
    const { status, sentence } = describeEnding(await session.ended);
    assert.equal(status, EXIT.ended);
    assert.match(sentence, /technician ended/);
  });

  it('ends when it comes back and its token opens nothing any more', async () => {
    await begin();
    await broker.die();
    broker.refusal = { code: 'session.over', message: 'This session is over.' };
    await broker.rise();
    await session.ended;
    assert.equal(session.state()!.link, 'over');
  });

  it('keeps trying while the broker refuses for a reason that passes', async () => {
    await begin();
    await broker.die();
    broker.refusal = { code: 'server.stopping', message: 'Just a moment.' };
    await broker.rise();
    await until('a refused try', () => session.state()!.link === 'offline');
    broker.refusal = undefined;
    await until('it is back', () => session.state()!.link === 'online');
  });

  describe('and the voice', () => {
    const pageId = randomUUID();
    const aPage = () => {
      const page = {
        pageId,
        told: [] as ToVoicePage[],
        isDismissed: false,
        tell: (message: ToVoicePage) => page.told.push(message),
        dismiss: () => {
          page.isDismissed = true;
        },
      };
      return page;
    };
    const asked = async (): Promise<CustomerYes> => {
      const requestId = broker.ask('voice');
      await until('the question', () => session.state()!.session.pending.length === 1);
      return { type: 'consent.answer', requestId, allowed: ['voice'] };
    };
    /** Allowed by a page that carries it, and the page's end of the lane is there. */
    const talking = async () => {
      const yes = await asked();
      const page = aPage();
      const carried = session.carryVoice(page, yes)!;
      await broker.hears('consent.answered');
      broker.grant('voice');
      const pass = { ...broker.ticket('voice').pass, path: 'webrtc' as const };
      broker.agent!.emit('message', { type: 'lane.offered', pass });
      await until('the offer', () => page.told.length === 1);
      carried.heard({ type: 'lane.joined', laneId: pass.laneId });
      await until('it is in use', () => session.state()!.inUse.includes('voice'));
      return { page, carried, pass };
    };

    it('is allowed by a page that will carry it, and by nobody else', async () => {
      await begin();
      const yes = await asked();
      assert.equal(session.command(yes, 'person'), false);
      assert.match(session.state()!.problem!, /a page of this program has to use your microphone/);
      assert.equal(session.command({ type: 'tool.allow', tool: 'voice' }, 'person'), false);
      await broker.settled();
      assert(!broker.heard.some(({ type }) => type.startsWith('consent.')));
      const page = aPage();
      assert.notEqual(session.carryVoice(page, yes), undefined);
      assert.equal(session.state()!.talksOn, pageId);
      assert.deepEqual((await broker.hears('consent.answered')).allowed, ['voice']);
    });

    it('has its yes from the customer’s own hand', async () => {
      await begin();
      const yes = await asked();
      const nothing = async () => {};
      const input = { holding: true, key: nothing, pointer: nothing, releaseAll: nothing, close: nothing };
      desktop.foreignHand.watch(input);
      const page = aPage();
      assert.equal(session.carryVoice(page, yes), undefined);
      assert.equal(page.isDismissed, true, 'the microphone is let go');
      assert.equal(session.state()!.talksOn, undefined);
      assert(!broker.heard.some(({ type }) => type === 'consent.answered'));
    });

    it('has that yes also where it is allowed already and no page carries it', async () => {
      await begin({ inherits: () => ['voice'] });
      const lastWord = { type: 'grant.revoked' as const, tool: 'view' as const };
      const handedOver = new SigningEnd('customer', broker.sessionId).say(lastWord);
      broker.push({ status: 'active', tools: broker.standing('granted', 'voice'), handedOver });
      await until('what was allowed before', () => session.allows('voice'));
      const nothing = async () => {};
      const input = { holding: true, key: nothing, pointer: nothing, releaseAll: nothing, close: nothing };
      desktop.foreignHand.watch(input);
      const page = aPage();
      assert.equal(session.carryVoice(page, { type: 'tool.allow', tool: 'voice' }), undefined);
      assert.equal(page.isDismissed, true);
      assert.equal(session.state()!.talksOn, undefined);
      assert(!broker.heard.some(({ type }) => type === 'consent.volunteered'));
    });

    it('tells the broker that the page found no microphone', async () => {
      await begin();
      await asked();
      session.command({ type: 'microphone.refused', reason: 'none' }, 'person');
      assert.equal((await broker.hears('microphone.refused')).reason, 'none');
    });

    it('is let go in the turn in which it is taken back, and in which everything stops', async () => {
      await begin();
      for (const stop of ['tool.stop', 'stop'] as const) {
        const { page, pass } = await talking();
        if (stop === 'stop') session.command({ type: stop, reason: 'stopped-by-customer' }, 'person');
        else session.command({ type: stop, tool: 'voice' }, 'person');
        assert.equal(page.isDismissed, true, stop);
        assert.deepEqual(session.state()!.inUse, []);
        const leave = await broker.hears('media.leave', stop === 'stop' ? 1 : 0);
        assert.deepEqual([leave.laneId, leave.because], [pass.laneId, 'withdrawn']);
      }
    });

    it('is taken back when its page goes, and the customer reads how to talk again', async () => {
      await begin();
      const { carried } = await talking();
      carried.left(false);
      assert.deepEqual([session.state()!.inUse, session.state()!.talksOn], [[], undefined]);
      assert.match(session.state()!.problem!, /closed or loaded anew.*switch on/);
      assert.equal((await broker.hears('grant.revoke')).tool, 'voice');
    });
  });
});
