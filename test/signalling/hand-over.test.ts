import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ToAgent } from '../../protocol/agent-messages.ts';
import type { HandOverWay } from '../../protocol/hand-over.ts';
import { LanePass } from '../../protocol/lane.ts';
import { TOOLS } from '../../protocol/tool.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { TAKE_OVER_WITHIN_MS } from '../../server/sessions/hand-over.ts';
import { closeCode } from '../lanes/lane-client.ts';
import { computer, type RunningStore, startStore, technician, wish } from '../sessions/start-sessions.ts';
import { SigningEnd } from '../support/signing-end.ts';
import { until } from '../support/until.ts';
import { hungUp, type RunningSignalling, startSignalling } from './start-signalling.ts';

describe('signalling of a hand-over', () => {
  let record: RunningStore;
  let broker: RunningSignalling;
  before(async () => {
    record = await startStore();
  });
  beforeEach(async () => {
    broker = await startSignalling(record);
  });
  afterEach(() => broker.stop());
  after(() => record.stop());

  /** A browser without a key in a session that has started, and a program that has come with its ticket. */
  async function begin() {
    const { sessions } = broker;
    const opened = await sessions.open(technician, wish(['view', 'chat']));
    const sessionId = opened.id;
    const page = await broker.console();
    await page.ask({ type: 'session.watch', sessionId });
    const { agentToken } = await broker.join(opened, ['view', 'chat'], undefined, undefined, 'browser');
    const browser = await broker.agent(agentToken);
    const { requestId } = sessions.agentState(sessionId).pending[0]!;
    await page.ask({ type: 'session.admit', sessionId });
    await browser.ask({ type: 'consent.answered', requestId, allowed: ['chat'], mode: 'person' });
    const way = (await browser.ask({ type: 'hand-over.begin' })) as unknown as HandOverWay;
    const { signingKey } = new SigningEnd('customer');
    const joined = await sessions.takeOver(
      {
        ticket: way.ticket,
        protocolVersion: PROTOCOL_VERSION,
        agent: { kind: 'native', version: '0.2.0', capable: [...TOOLS] },
        computer,
        signingKey,
      },
      '198.51.100.7',
    );
    const program = await broker.agent(joined.agentToken);
    await browser.hears(
      'the program',
      (message) =>
        message.type === 'session.state' && message.state.handOver?.comes?.signingKey === signingKey,
    );
    const confirm = () => browser.ask({ type: 'hand-over.confirm', signingKey, allowed: [] });
    return { sessionId, page, browser, agentToken, program, programToken: joined.agentToken, confirm };
  }

  it('tells the program nothing, and takes nothing from it, before the browser gave its word', async () => {
    const { sessionId, program, confirm } = await begin();
    program.socket.emit('message', { type: 'session.stop', reason: 'stopped-by-customer' });
    assert.deepEqual(await confirm(), { ok: true });
    await program.hears(
      'its first state',
      (message) => message.type === 'session.state' && message.state.tools.chat.standing === 'asked',
    );
    assert.equal(program.pushed.length, 1);
    assert.equal(broker.sessions.agentState(sessionId).status, 'active');
  });

  it('leaves the browser nothing but to end it all, for two seconds', async () => {
    const { sessionId, page, browser, agentToken, confirm } = await begin();
    await confirm();
    assert.equal(await browser.refused({ type: 'lane.open', tool: 'chat' }), 'sign-in.needed');
    assert.equal(await browser.refused({ type: 'hand-over.begin' }), 'sign-in.needed');
    const auth = { agentToken, protocolVersion: PROTOCOL_VERSION };
    assert.equal(await broker.refusal('/agent', { auth }), 'sign-in.needed');
    assert.deepEqual(await browser.ask({ type: 'session.stop', reason: 'stopped-by-customer' }), {
      ok: true,
    });
    await page.hears(
      'the end',
      (message) => message.type === 'session.state' && message.state.status === 'ended',
    );
    const gone = hungUp(browser.socket);
    record.clock.advance(2_000);
    await gone;
    assert.equal(broker.sessions.agentState(sessionId).endedBy, 'customer');
  });

  it('closes the browser’s end of a lane, and its ticket opens nothing any more', async () => {
    const { sessionId, page, browser, program, confirm } = await begin();
    const { ok, ...pass } = await page.ask({ type: 'lane.open', sessionId, tool: 'chat' });
    assert.equal(ok, true);
    const offered = await browser.hears('the lane', (message) => message.type === 'lane.offered');
    assert(offered.type === 'lane.offered');
    const technicianEnd = broker.lane(LanePass.parse(pass), { origin: broker.origin });
    await once(technicianEnd, 'open');
    const closed = closeCode(technicianEnd);
    await confirm();
    assert.equal(await closed, 4412);
    assert.equal(await closeCode(broker.lane(offered.pass)), 4401);
    assert(!program.pushed.some((message) => message.type === 'lane.offered'));
  });

  it('writes that a lane was handed over only where the hand-over closed it', async () => {
    const { sessionId, page, browser, confirm } = await begin();
    const open = async (tool: 'chat') => {
      const heard = browser.pushed.length;
      const { ok: _, ...pass } = await page.ask({ type: 'lane.open', sessionId, tool });
      const isOffer = (message: ToAgent) => message.type === 'lane.offered';
      await until('the offer', () => browser.pushed.slice(heard).some(isOffer));
      const offered = browser.pushed.slice(heard).find(isOffer)!;
      assert(offered.type === 'lane.offered');
      broker.lane(LanePass.parse(pass), { origin: broker.origin });
      broker.lane(offered.pass);
      await written('lane.opened', LanePass.parse(pass).laneId);
    };
    const lanes = async () =>
      (await broker.entries(sessionId)).filter(
        (entry) => entry.type === 'lane.opened' || entry.type === 'lane.closed',
      );
    const written = (type: string, laneId?: string) =>
      until(`${type} is written`, async () =>
        (await lanes()).some((entry) => entry.type === type && (!laneId || entry.laneId === laneId)),
      );
    await open('chat');
    await page.ask({ type: 'lane.close', sessionId, tool: 'chat' });
    await written('lane.closed');
    await open('chat');
    await confirm();
    const reasons = async () =>
      (await lanes()).flatMap((entry) => (entry.type === 'lane.closed' ? [entry.reason] : []));
    await until('both are closed', async () => (await reasons()).length === 2);
    assert.deepEqual(await reasons(), ['done', 'handed-over']);
  });

  it('turns the program away when the browser does not answer, and the session goes on', async () => {
    const { sessionId, browser, program, programToken } = await begin();
    const gone = hungUp(program.socket);
    record.clock.advance(TAKE_OVER_WITHIN_MS);
    await gone;
    const auth = { agentToken: programToken, protocolVersion: PROTOCOL_VERSION };
    assert.equal(await broker.refusal('/agent', { auth }), 'sign-in.needed');
    await until('nobody comes any more', () =>
      browser.pushed.some(
        (message) => message.type === 'session.state' && message.state.handOver === undefined,
      ),
    );
    assert.equal(broker.sessions.agentState(sessionId).tools.chat.standing, 'granted');
  });

  it('forgets a program that went before it was let in', async () => {
    const { sessionId, program, confirm } = await begin();
    program.socket.disconnect();
    await until('it is gone', () => broker.sessions.agentState(sessionId).handOver === undefined);
    assert.equal((await confirm()).ok, undefined);
    assert.equal(broker.sessions.consoleState(sessionId, technician).agent?.kind, 'browser');
  });

  it('lets the program in over a connection that took the place of another one of its own', async () => {
    const { sessionId, program, programToken, confirm } = await begin();
    const gone = hungUp(program.socket);
    const again = await broker.agent(programToken);
    await gone;
    assert.deepEqual(await confirm(), { ok: true });
    await again.hears('its first state', (message) => message.type === 'session.state');
    assert.equal(broker.sessions.consoleState(sessionId, technician).agent?.kind, 'native');
  });

  it('waits for the program where its connection breaks right after it took over', async () => {
    const { sessionId, program, programToken, confirm } = await begin();
    await confirm();
    program.socket.disconnect();
    await until('it is away', () => broker.sessions.agentState(sessionId).presence.customer === 'away');
    await broker.agent(programToken);
    await until('it is back', () => broker.sessions.agentState(sessionId).presence.customer === 'here');
  });

  it('gives no ticket to a technician', async () => {
    const { sessionId, page } = await begin();
    assert.equal(await page.refused({ type: 'hand-over.begin', sessionId }), 'request.invalid');
    assert.equal(
      await page.refused({ type: 'hand-over.confirm', sessionId, allowed: [] }),
      'request.invalid',
    );
  });
});
