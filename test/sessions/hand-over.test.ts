import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { FromConsole } from '../../protocol/console-messages.ts';
import { HAND_OVER_TICKET_TTL_MS, type HandOverWay } from '../../protocol/hand-over.ts';
import type { TakenOver } from '../../protocol/join.ts';
import { checkAccounts } from '../../protocol/proof/account.ts';
import { watcherDigestInput } from '../../protocol/proof/watcher-digest.ts';
import { foldSession } from '../../protocol/session-fold.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { hashBytes, sha256, verifySignature } from '../../server/records/node-signatures.ts';
import { Refusal } from '../../server/refusal.ts';
import { TAKE_OVER_WITHIN_MS } from '../../server/sessions/hand-over.ts';
import { SigningEnd } from '../support/signing-end.ts';
import {
  computer,
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  shown,
  startSession,
  startSessions,
  startStore,
  technician,
} from './start-sessions.ts';

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const IN_BROWSER: readonly Tool[] = ['view', 'clipboard', 'file-upload', 'file-download', 'chat'];

describe('a hand-over from the browser to the program', () => {
  let record: RunningStore;
  let running: RunningSessions;
  let browser: SigningEnd;
  let program: SigningEnd;
  before(async () => {
    record = await startStore();
  });
  beforeEach(() => {
    running = startSessions(record);
    browser = new SigningEnd('customer');
    program = new SigningEnd('customer');
  });
  afterEach(() => running.stop());
  after(() => record.stop());

  const start = (options: { tools?: readonly Tool[]; allow?: readonly Tool[]; customer?: SigningEnd } = {}) =>
    startSession(running, {
      kind: 'browser',
      capable: IN_BROWSER,
      tools: ['view', 'chat'],
      customer: browser,
      ...options,
    });
  const begin = async (session: RunningSession) =>
    (await session.agent({ type: 'hand-over.begin' })) as HandOverWay;
  const takeOver = (ticket: string, address = '198.51.100.7') =>
    running.sessions.takeOver(
      {
        ticket,
        protocolVersion: PROTOCOL_VERSION,
        agent: { kind: 'native', version: '0.2.0', capable: [...TOOLS] },
        computer,
        signingKey: program.signingKey,
      },
      address,
    );
  /** The program has come with its ticket, and is connected. */
  const come = async (session: RunningSession): Promise<TakenOver> => {
    const joined = await takeOver((await begin(session)).ticket);
    const told = ['agentToken', 'protocolVersion', 'sessionId'];
    assert.deepEqual(Object.keys(joined).sort(), told, 'nothing of whom or what the session is for');
    assert.deepEqual(await running.sessions.authenticateAgent(joined.agentToken), {
      sessionId: session.sessionId,
      kind: 'native',
      isSuccessor: true,
    });
    running.sessions.takeOvers.came(session.sessionId, 'program 1');
    return joined;
  };
  const confirm = (session: RunningSession, allowed: readonly Tool[], by: SigningEnd | null = browser) => {
    const { signingKey } = program;
    const says = { type: 'agent.handed-over' as const, signingKey, allowed: [...allowed] };
    const statement = by?.say({ ...says, statements: (by?.number ?? 0) + 1 });
    return session.agent({
      type: 'hand-over.confirm',
      signingKey,
      allowed: [...allowed],
      ...(statement && { statement }),
    });
  };
  const share = (session: RunningSession, surface: 'screen' | 'tab') => {
    const says = { type: 'surface.shared' as const, surface };
    return session.agent({ ...says, statement: browser.say(says) });
  };

  /** By a manager, whom the customer said yes to. */
  const watchedBy = async (session: RunningSession) => {
    const { sessionId } = session;
    const manager = { ...technician, userId: randomUUID(), name: 'Max Manager', role: 'manager' as const };
    running.sessions.watching.watcherCame(sessionId, manager.userId, 'a page');
    await running.sessions.fromConsole(manager, { type: 'watching.ask', sessionId });
    const asked = session.agentState().watchers[0]!;
    const says = {
      type: 'watching.answered' as const,
      watchingId: asked.watchingId,
      allowed: true,
      mode: 'person' as const,
    };
    const statement = browser.say({ ...says, watcherSha256: sha256(watcherDigestInput(asked)) });
    await session.agent({ ...says, statement });
    return asked;
  };

  it('makes the program the customer’s end, and the record tells of both', async () => {
    const session = await start();
    await share(session, 'screen');
    const joined = await come(session);
    assert.equal(session.agentState().handOver?.comes?.signingKey, program.signingKey);
    await confirm(session, ['view', 'chat']);

    const state = session.state();
    assert.equal(state.agent?.kind, 'native');
    assert.equal(state.customerKey, program.signingKey);
    assert.equal(state.handOver, undefined);
    assert.equal(state.surface, undefined);
    assert.deepEqual(
      ['view', 'chat', 'control'].map((tool) => state.tools[tool as Tool].standing),
      ['granted', 'granted', 'off'],
    );
    assert.deepEqual(await running.sessions.authenticateAgent(joined.agentToken), {
      sessionId: session.sessionId,
      kind: 'native',
      isSuccessor: false,
    });
    const entries = await running.entries(session.sessionId);
    const done = entries.find((entry) => entry.type === 'agent.handed-over');
    assert.equal(done?.from.kind, 'browser');
    assert.equal(done?.from.signingKey, browser.signingKey);
    assert.equal(done?.agent.kind, 'native');
    assert.equal(done?.signingKey, program.signingKey);
    assert.deepEqual(done?.allowed, ['view', 'chat']);
    const read = foldSession(entries)?.record;
    assert.deepEqual(
      [...(read?.earlierAgents ?? []), read?.agent].map((agent) => agent?.kind),
      ['browser', 'native'],
    );
  });

  it('leaves the browser’s token worthless, and the program’s good, also after a restart', async () => {
    const session = await start();
    await share(session, 'screen');
    const { agentToken } = await come(session);
    await confirm(session, ['view']);
    const isHandedOver = async () => {
      const { sessionId, joined } = session;
      await assert.rejects(running.sessions.authenticateAgent(joined.agentToken), refused('sign-in.needed'));
      const theirs = await running.sessions.authenticateAgent(agentToken);
      assert.deepEqual(theirs, { sessionId, kind: 'native', isSuccessor: false });
      assert.notEqual(running.sessions.agentState(sessionId).handedOver, undefined);
      assert.equal(running.sessions.agentState(sessionId).tools.view.standing, 'granted');
    };
    await isHandedOver();
    running = await running.restart();
    await isHandedOver();
  });

  it('closes what the browser had open in that same turn', async () => {
    const session = await start();
    await share(session, 'screen');
    await session.console({ type: 'lane.open', tool: 'chat' });
    await come(session);
    const before = running.lanes.openByTool();
    await confirm(session, ['chat']);
    assert.deepEqual(running.lanes.openByTool(), before);
    // A ticket that was given for the browser before opens nothing.
    const offers: unknown[] = [];
    running.sessions.onLaneOffered((...offer) => offers.push(offer));
    await running.sessions.connected(session.sessionId, 'customer', 'program 1');
    assert.deepEqual(offers, []);
  });

  it('cuts off a file that was on its way to the browser, and says why', async () => {
    const session = await start({ tools: ['file-upload'], allow: ['file-upload'] });
    const fileId = randomUUID();
    await session.console({ type: 'file.offer', fileId, tool: 'file-upload', name: 'a.txt', size: 9 });
    await session.agent({ type: 'file.accept', fileId });
    await come(session);
    await confirm(session, []);
    const [file] = session.state().files;
    assert.deepEqual([file?.standing, file?.reason], ['cancelled', 'handed-over']);
    const entries = await running.entries(session.sessionId);
    assert.deepEqual(
      entries.flatMap((entry) => (entry.type === 'file.finished' ? [[entry.side, entry.reason]] : [])),
      [['broker', 'handed-over']],
    );
  });

  it('asks anew for the screen where a tab was shown, and for control because the technician wants it', async () => {
    const session = await start({ tools: ['view', 'chat', 'file-upload'] });
    await share(session, 'tab');
    await session.console({ type: 'hand-over.ask', tools: ['control'] });
    assert.deepEqual(session.agentState().handOver?.asked, ['control']);
    await come(session);
    await confirm(session, ['view', 'chat', 'file-upload']);
    const state = session.agentState();
    assert.deepEqual(
      state.pending.map(({ tools }) => tools),
      [['view', 'control']],
    );
    assert.equal(state.tools.chat.standing, 'granted');
    assert.notEqual(state.handedOver, undefined, 'the program can check what stays allowed');
  });

  it('asks for nothing that is not to be had: the voice, where there is no media worker', async () => {
    const session = await start({ tools: ['view', 'chat', 'control', 'voice'], allow: ['view', 'chat'] });
    assert.equal(session.state().tools.voice.standing, 'unable');
    await share(session, 'screen');
    await come(session);
    await confirm(session, ['view', 'chat']);
    assert.deepEqual(
      session.agentState().pending.map(({ tools }) => tools),
      [['control']],
    );
    assert.equal(session.state().tools.voice.standing, 'off');
  });

  it('asks anew for the clipboard, which a program shares without a press for each text', async () => {
    const session = await start({ tools: ['view', 'clipboard'] });
    await share(session, 'screen');
    await come(session);
    await confirm(session, ['view', 'clipboard']);
    const state = session.agentState();
    assert.equal(state.tools.view.standing, 'granted');
    assert.deepEqual(
      state.pending.map(({ tools }) => tools),
      [['clipboard']],
    );
  });

  it('keeps no tool that the browser’s last word does not name, and asks for it', async () => {
    const session = await start();
    await share(session, 'screen');
    await come(session);
    await confirm(session, ['view']);
    assert.equal(session.state().tools.chat.standing, 'asked');
  });

  it('asks for everything anew where the browser cannot sign', async () => {
    const session = await startSession(running, {
      kind: 'browser',
      capable: IN_BROWSER,
      tools: ['view', 'chat'],
    });
    await session.agent({ type: 'surface.shared', surface: 'screen' });
    await come(session);
    await confirm(session, ['view', 'chat'], null);
    assert.deepEqual(
      session.agentState().pending.map(({ tools }) => tools),
      [['view', 'chat']],
    );
    assert.equal(session.agentState().handedOver, undefined);
  });

  it('is not done without the browser’s signature, nor by one for another program', async () => {
    const session = await start();
    await come(session);
    await assert.rejects(
      confirm(session, [], new SigningEnd('customer', session.sessionId)),
      refused('statement.wrong'),
    );
    const { signingKey } = new SigningEnd('customer');
    const says = { type: 'agent.handed-over' as const, signingKey, allowed: [], statements: 9 };
    await assert.rejects(
      session.agent({
        type: 'hand-over.confirm',
        signingKey: program.signingKey,
        allowed: [],
        statement: browser.say(says),
      }),
      refused('statement.wrong'),
    );
    await assert.rejects(
      session.agent({ type: 'hand-over.confirm', signingKey, allowed: [], statement: browser.say(says) }),
      refused('request.out-of-order'),
    );
    assert.equal(session.state().agent?.kind, 'browser');
  });

  it('lets nobody in with a ticket that is forged, used, too old, replaced, or of a session that is over', async () => {
    const wrong = refused('ticket.wrong');
    const session = await start();
    await assert.rejects(takeOver('x'.repeat(43)), wrong);
    const { ticket } = await begin(session);
    await takeOver(ticket);
    await assert.rejects(takeOver(ticket, '198.51.100.8'), wrong);

    const old = await begin(session);
    record.clock.advance(HAND_OVER_TICKET_TTL_MS);
    await assert.rejects(takeOver(old.ticket, '198.51.100.9'), wrong);
    assert.equal(session.agentState().handOver, undefined);

    const replaced = await begin(session);
    await begin(session);
    await assert.rejects(takeOver(replaced.ticket, '198.51.100.10'), wrong);

    const last = await begin(session);
    await session.console({ type: 'session.end' });
    await assert.rejects(takeOver(last.ticket, '198.51.100.11'), wrong);
  });

  it('counts wrong tickets as wrong codes', async () => {
    for (let time = 0; time < 10; time += 1)
      await assert.rejects(takeOver('y'.repeat(43), '203.0.113.5'), refused('ticket.wrong'));
    const session = await start();
    const { ticket } = await begin(session);
    await assert.rejects(takeOver(ticket, '203.0.113.5'), refused('tries.too-many'));
    await takeOver(ticket, '203.0.113.6');
  });

  it('gives a ticket to nobody but the customer’s end', async () => {
    const session = await start();
    const parsed = FromConsole.safeParse({ type: 'hand-over.begin', sessionId: session.sessionId });
    assert.equal(parsed.success, false);
    const { ticket } = await begin(session);
    assert(!JSON.stringify([session.state(), session.agentState()]).includes(ticket));
    const entries = await running.entries(session.sessionId);
    assert(!JSON.stringify(entries).includes(ticket));
  });

  it('comes to nothing when the program goes, comes too late, or the broker is restarted', async () => {
    const session = await start();
    const gone = await come(session);
    running.sessions.takeOvers.gone(session.sessionId, 'program 1');
    assert.equal(session.agentState().handOver, undefined);
    await assert.rejects(running.sessions.authenticateAgent(gone.agentToken), refused('sign-in.needed'));
    await assert.rejects(confirm(session, []), refused('request.out-of-order'));

    const late = await come(session);
    record.clock.advance(TAKE_OVER_WITHIN_MS);
    assert.equal(running.sessions.takeOvers.awaits(session.sessionId), false);
    await assert.rejects(running.sessions.authenticateAgent(late.agentToken), refused('sign-in.needed'));

    const { ticket } = await begin(session);
    running = await running.restart();
    await assert.rejects(takeOver(ticket), refused('ticket.wrong'));
    assert.equal(running.sessions.agentState(session.sessionId).tools.chat.standing, 'granted');
  });

  it('knows of no program before its own connection is there, whatever was left of one before it', async () => {
    const session = await start();
    const { takeOvers } = running.sessions;
    await come(session);
    takeOvers.gone(session.sessionId, 'program 1');
    takeOvers.came(session.sessionId, 'too late');
    await takeOver((await begin(session)).ticket);
    assert.equal(session.agentState().handOver?.comes, undefined);
    await assert.rejects(confirm(session, []), refused('request.out-of-order'));
    takeOvers.came(session.sessionId, 'program 2');
    await confirm(session, []);
  });

  it('leaves in the record which program came and was not let in, and why', async () => {
    const session = await start();
    const { takeOvers } = running.sessions;
    await come(session);
    await session.agent({ type: 'hand-over.refuse' });
    await come(session);
    takeOvers.gone(session.sessionId, 'program 1');
    await come(session);
    await begin(session);
    await session.agent({ type: 'hand-over.refuse' });
    await come(session);
    record.clock.advance(TAKE_OVER_WITHIN_MS);
    await takeOver((await begin(session)).ticket);
    record.clock.advance(TAKE_OVER_WITHIN_MS);
    await come(session);
    await confirm(session, []);
    const entries = await running.entries(session.sessionId);
    const turnedAway = entries.flatMap((entry) => (entry.type === 'hand-over.turned-away' ? [entry] : []));
    assert.deepEqual(
      turnedAway.map(({ reason }) => reason),
      ['refused', 'gone', 'replaced', 'no-answer', 'gone'],
    );
    assert.deepEqual(turnedAway[0]?.computer, { ...computer, address: '198.51.100.7' });
    assert.equal(turnedAway[0]?.signingKey, program.signingKey);
    await session.console({ type: 'session.end' });
    assert.equal(foldSession(await running.entries(session.sessionId))?.record.agent?.kind, 'native');
  });

  it('is asked for and refused, and not asked again at once', async () => {
    const session = await start();
    await session.console({ type: 'hand-over.ask', tools: ['control'] });
    await session.console({ type: 'hand-over.ask', tools: ['control'] });
    await session.agent({ type: 'hand-over.refuse' });
    await assert.rejects(
      session.console({ type: 'hand-over.ask', tools: ['control'] }),
      refused('tries.too-many'),
    );
    record.clock.advance(5_000);
    await session.console({ type: 'hand-over.ask', tools: ['control'] });
    const told = (await running.types(session.sessionId)).filter((type) => type.startsWith('hand-over.'));
    assert.deepEqual(told, ['hand-over.asked', 'hand-over.refused', 'hand-over.asked']);
  });

  it('is none for a program, nor before the session has started', async () => {
    const native = await startSession(running);
    await assert.rejects(begin(native), refused('request.out-of-order'));
    await assert.rejects(
      native.console({ type: 'hand-over.ask', tools: ['control'] }),
      refused('request.out-of-order'),
    );
    const early = await start({ allow: [] });
    await assert.rejects(begin(early), refused('request.out-of-order'));
  });

  it('leaves both accounts whole, each checked against its own key', async () => {
    const signedBy = new SigningEnd('technician');
    const session = await startSession(running, {
      kind: 'browser',
      capable: IN_BROWSER,
      tools: ['view', 'chat'],
      customer: browser,
      signedBy,
    });
    await share(session, 'screen');
    await session.console({ type: 'hand-over.ask', tools: ['control'] });
    await come(session);
    await confirm(session, ['view', 'chat']);
    program.session = session.sessionId;
    const { requestId } = session.agentState().pending[0]!;
    const answer = { requestId, allowed: ['control' as const], mode: 'person' as const };
    const says = { type: 'consent.answered' as const, ...answer, refused: [], ...shown(session) };
    await assert.rejects(
      session.agent({ type: 'consent.answered', ...answer, statement: browser.say(says) }),
      refused('statement.wrong'),
      'the browser’s key speaks for nobody now',
    );
    await session.agent({ type: 'consent.answered', ...answer, statement: program.say(says) });
    assert.equal(session.state().tools.control.standing, 'granted');
    await session.console({ type: 'session.end' });
    for (const end of [program, signedBy]) {
      const last = {
        status: 'ended',
        endedBy: 'technician',
        reason: 'done',
        statements: end.number + 1,
      } as const;
      const statement = end.say({ type: 'session.ended', ...last });
      const message = { type: 'account.state' as const, statements: [statement] };
      await (end === program ? session.agent(message) : session.console(message));
    }
    const entries = (await running.entries(session.sessionId)).filter(
      ({ type }) => type !== 'statement.refused',
    );
    const reports = await checkAccounts(entries, verifySignature, hashBytes);
    assert.deepEqual(
      [reports.customer, reports.technician].map((report) => [report?.state, report?.findings]),
      [
        ['signed', []],
        ['signed', []],
      ],
    );
  });

  it('ends the watching of others: the program’s customer has not been asked about them', async () => {
    const session = await start();
    const { watchingId } = await watchedBy(session);
    await come(session);
    await confirm(session, ['chat']);
    const ended = (await running.entries(session.sessionId)).find(({ type }) => type === 'watching.ended');
    assert(ended?.type === 'watching.ended');
    assert.deepEqual([ended.watchingId, ended.by, ended.reason], [watchingId, 'broker', 'handed-over']);
  });

  it('takes no word of the browser that waited for its turn meanwhile', async () => {
    const session = await start({ tools: ['view', 'chat'], allow: ['chat'] });
    await come(session);
    const says = { type: 'consent.volunteered' as const, tool: 'file-upload' as const, ...shown(session) };
    const done = confirm(session, ['chat']);
    const late = session.agent({
      type: 'consent.volunteered',
      tool: 'file-upload',
      statement: browser.say(says),
    });
    await done;
    await assert.rejects(late, refused('sign-in.needed'));
    assert.equal(session.state().tools['file-upload'].standing, 'off');
  });
});
