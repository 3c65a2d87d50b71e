import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import type { SessionEntry } from '../../protocol/record.ts';
import type { MicrophoneOff } from '../../protocol/voice.ts';
import { Refusal } from '../../server/refusal.ts';
import { applyEntry, foldSession } from '../../server/sessions/session.ts';
import { decideNoMicrophone, MAX_MICROPHONE_REFUSALS } from '../../server/sessions/voice-decisions.ts';
import { type RunningMedia, startMedia } from '../support/start-media.ts';
import {
  type RunningSession,
  type RunningSessions,
  type RunningStore,
  startSession,
  startSessions,
  startStore,
} from './start-sessions.ts';

const refusedAs = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const finds = (session: RunningSession, reason: MicrophoneOff = 'not-allowed') =>
  session.agent({ type: 'microphone.refused', reason });

describe('the voice of a session', () => {
  let record: RunningStore;
  let media: RunningMedia;
  let running: RunningSessions;
  let deaf: RunningSessions;
  before(async () => {
    record = await startStore();
    media = await startMedia(record.clock);
  });
  after(async () => {
    await media.close();
    await record.stop();
  });
  beforeEach(() => {
    running = startSessions(record, undefined, media.rooms);
    deaf = startSessions(record);
  });
  afterEach(async () => {
    await running.stop();
    await deaf.stop();
  });

  const told = async ({ sessionId }: RunningSession) =>
    (await running.entries(sessionId)).flatMap((entry) =>
      entry.type === 'microphone.refused' ? [entry.reason] : [],
    );

  describe('without a media worker', () => {
    it('is not asked for when the customer joins, and both sides read why', async () => {
      const session = await startSession(deaf, { tools: ['chat', 'voice'], allow: ['chat'] });
      assert.equal(session.state().tools.voice.standing, 'off');
      assert.deepEqual(session.state().voice, { obstacle: 'no-worker' });
      assert.deepEqual(session.agentState().voice, { obstacle: 'no-worker' });
      const requested = (await deaf.entries(session.sessionId)).find(
        ({ type }) => type === 'consent.requested',
      );
      assert(requested?.type === 'consent.requested');
      assert.deepEqual(requested.tools, ['chat']);
    });

    it('is neither asked for later nor taken from who offers it', async () => {
      const session = await startSession(deaf, { tools: ['chat'] });
      const unavailable = refusedAs('media.unavailable');
      await assert.rejects(session.console({ type: 'tools.request', tools: ['voice'] }), unavailable);
      await assert.rejects(session.agent({ type: 'consent.volunteered', tool: 'voice' }), unavailable);
      assert(!(await deaf.types(session.sessionId)).includes('consent.volunteered'));
    });

    it('is left out of a question for more, which is asked all the same', async () => {
      const session = await startSession(deaf, { tools: ['chat'] });
      await session.console({ type: 'tools.request', tools: ['file-upload', 'voice'] });
      assert.deepEqual(
        session.state().pending.map(({ tools }) => tools),
        [['file-upload']],
      );
    });

    it('opens no lane, of no other kind either, when it was allowed before', async () => {
      const session = await startSession(running, { tools: ['voice'] });
      await running.stop();
      const resumed = startSessions(record);
      await resumed.sessions.resume(await record.store.openSessions());
      await resumed.sessions.connected(session.sessionId, 'technician', 'console 2');
      await resumed.sessions.connected(session.sessionId, 'customer', 'agent 2');
      const asked = resumed.sessions.fromAgent(session.sessionId, { type: 'lane.open', tool: 'voice' });
      await assert.rejects(asked, refusedAs('media.unavailable'));
      assert.deepEqual(resumed.sessions.agentState(session.sessionId).voice, { obstacle: 'no-worker' });
      await resumed.stop();
    });
  });

  it('has nothing in its way where a worker runs', async () => {
    const session = await startSession(running, { tools: ['voice'] });
    assert.equal(session.state().voice, undefined);
    assert.equal(session.state().tools.voice.standing, 'granted');
  });

  it('is told anew to both sides when a worker comes or goes', async () => {
    const session = await startSession(running, { tools: ['voice'] });
    let changes = 0;
    running.sessions.onChange((sessionId) => {
      if (sessionId === session.sessionId) changes += 1;
    });
    running.sessions.mediaChanged();
    assert.equal(changes, 1);
  });

  it('stays a question while the customer’s browser gives no microphone, and both sides read why', async () => {
    const session = await startSession(running, { tools: ['voice'], allow: [] });
    await finds(session);
    await finds(session);
    assert.deepEqual(session.state().voice, { noMicrophone: 'not-allowed' });
    assert.deepEqual(session.agentState().voice, { noMicrophone: 'not-allowed' });
    await finds(session, 'none');
    assert.deepEqual(session.state().voice, { noMicrophone: 'none' });
    assert.deepEqual(await told(session), ['not-allowed', 'none']);
    const { requestId } = session.state().pending[0]!;
    await session.agent({ type: 'consent.answered', requestId, allowed: ['voice'], mode: 'person' });
    assert.equal(session.state().voice, undefined);
  });

  it('waits for another press where the customer’s page was loaded anew, and both sides read it until it is used', async () => {
    const session = await startSession(running, { tools: ['voice'] });
    await finds(session, 'loaded-anew');
    await finds(session, 'loaded-anew');
    assert.deepEqual(session.state().voice, { noMicrophone: 'loaded-anew' });
    assert.deepEqual(session.agentState().voice, { noMicrophone: 'loaded-anew' });
    assert.deepEqual(await told(session), ['loaded-anew']);
    await assert.rejects(finds(session, 'none'), refusedAs('request.out-of-order'));
    await session.agent({ type: 'grant.revoke', tool: 'voice' });
    assert.equal(session.state().voice, undefined);
    await assert.rejects(finds(session, 'loaded-anew'), refusedAs('request.out-of-order'));
  });

  it('needs no press after its lane broke, and another one after another reload', async () => {
    const session = await startSession(running, { tools: ['voice'] });
    await finds(session, 'loaded-anew');
    const { sessionId } = session;
    const lane = { sessionId, laneId: uuid(), tool: 'voice' } as const;
    let state = foldSession(await running.entries(sessionId));
    assert.deepEqual(decideNoMicrophone(state, 'loaded-anew'), []);
    const then = (entry: object) => {
      state = applyEntry(state, { id: uuid(), seq: 0, at: state.noMicrophone?.at, ...entry } as SessionEntry);
    };
    then({ type: 'lane.opened', ...lane });
    then({ type: 'lane.closed', ...lane, reason: 'network-broke' });
    const again = { type: 'microphone.refused', sessionId, reason: 'loaded-anew' } as const;
    assert.deepEqual(decideNoMicrophone(state, 'loaded-anew'), [again]);
    then(again);
    assert.deepEqual(decideNoMicrophone(state, 'loaded-anew'), []);
  });

  it('takes no word of a microphone that nobody asks for, and not without end', async () => {
    const session = await startSession(running, { tools: ['chat'] });
    await assert.rejects(finds(session), refusedAs('request.out-of-order'));
    await session.console({ type: 'tools.request', tools: ['voice'] });
    for (let count = 0; count < MAX_MICROPHONE_REFUSALS; count += 1)
      await finds(session, count % 2 === 0 ? 'none' : 'not-possible');
    await assert.rejects(finds(session), refusedAs('request.out-of-order'));
    assert.equal((await told(session)).length, MAX_MICROPHONE_REFUSALS);
  });
});
