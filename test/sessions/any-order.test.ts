import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { FromConsole } from '../../protocol/console-messages.ts';
import { FileTool } from '../../protocol/file-messages.ts';
import type { SessionEntry } from '../../protocol/record.ts';
import { Code } from '../../protocol/session.ts';
import { AgentSessionState, ConsoleSessionState } from '../../protocol/session-state.ts';
import { needsView, TOOLS, type Tool } from '../../protocol/tool.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { isGranted } from '../../server/consent/grant.ts';
import type { LaneKeeper } from '../../server/lanes/lane-registry.ts';
import { Lanes } from '../../server/lanes/lanes.ts';
import { createLog } from '../../server/log.ts';
import { Refusal } from '../../server/refusal.ts';
import { LiveSessions } from '../../server/sessions/live-sessions.ts';
import { isUnderWay } from '../../server/sessions/passings.ts';
import { foldSession, isOver, type Session } from '../../server/sessions/session.ts';
import { Settings } from '../../server/settings/settings.ts';
import { ArrayRecorder } from '../support/array-recorder.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { GatedRecorder } from '../support/gated-recorder.ts';
import { computer, anotherTechnician as other, technician, wish } from './start-sessions.ts';

type Step =
  | { agent: FromAgent }
  | { console: FromConsole extends infer Message ? Omit<Message, 'sessionId'> & { type: string } : never }
  | { answer: Tool[]; mode: 'person' | 'in-advance' }
  | { laneOpened: Tool }
  | { passing: 'offer' | 'withdraw' | 'take' | 'leave' | 'decline' | 'yes' | 'no' }
  | { comes: 'technician' | 'customer' }
  | { goes: 'technician' | 'customer' }
  | { passes: number }
  | { record: 'hold' | 'release' | 'fill' | 'make room' | 'hang' | 'come back late' | 'come back empty' };

const fileIds = [1, 2, 3].map((n) => `01890000-0000-4000-8000-00000000000${n}`);
const tool = fc.constantFrom(...TOOLS);
const tools = fc.subarray([...TOOLS]);
const fileId = fc.constantFrom(...fileIds);
const side = fc.constantFrom('technician' as const, 'customer' as const);

const fileMessage = fc.oneof(
  fc.record({
    type: fc.constant('file.offer' as const),
    fileId,
    tool: fc.constantFrom(...FileTool.options),
    name: fc.string({ minLength: 1 }),
    size: fc.nat(1000),
  }),
  fc.record({ type: fc.constantFrom('file.accept' as const, 'file.refuse' as const), fileId }),
  fc.record({
    type: fc.constant('file.finished' as const),
    fileId,
    outcome: fc.constantFrom('completed' as const, 'failed' as const, 'cancelled' as const),
    bytes: fc.nat(1000),
  }),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ answer: tools, mode: fc.constantFrom('person' as const, 'in-advance' as const) }),
  fc.record({ agent: fc.record({ type: fc.constant('consent.volunteered' as const), tool }) }),
  fc.record({
    agent: fc.record({ type: fc.constantFrom('grant.revoke' as const, 'lane.open' as const), tool }),
  }),
  fc.record({ agent: fileMessage }),
  fc.record({ console: fc.constant({ type: 'session.admit' as const }) }),
  fc.record({ console: fc.record({ type: fc.constant('tools.request' as const), tools }) }),
  fc.record({
    console: fc.record({
      type: fc.constantFrom('grant.return' as const, 'lane.open' as const, 'lane.close' as const),
      tool,
    }),
  }),
  fc.record({ console: fileMessage }),
  fc.record({
    console: fc.record({ type: fc.constant('file.ask' as const), fileId, path: fc.constant('/etc/motd') }),
  }),
  fc.record({ laneOpened: tool }),
  fc.record({ passing: fc.constantFrom('offer', 'withdraw', 'take', 'leave', 'decline', 'yes', 'no') }),
  fc.record({ comes: side }),
  fc.record({ goes: side }),
  fc.record({ passes: fc.nat(40_000) }),
  fc.record({ record: fc.constantFrom('hold' as const, 'release' as const) }),
) as fc.Arbitrary<Step>;

const rare = fc.oneof(
  { weight: 30, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({ console: fc.constant({ type: 'session.end' as const, note: 'done' }) }),
      fc.record({
        agent: fc.constant({ type: 'session.stop' as const, reason: 'stopped-by-customer' as const }),
      }),
      fc.record({
        record: fc.constantFrom('fill', 'make room', 'hang', 'come back late', 'come back empty'),
      }),
    ) as unknown as fc.Arbitrary<Step>,
  },
);

/** The test says when both ends of a lane are there, and asks the sessions as the lanes do. */
class OpenedByTest extends Lanes {
  keeper: LaneKeeper | undefined;
  override serve(keeper: LaneKeeper): void {
    this.keeper = keeper;
    super.serve(keeper);
  }
}

async function play(steps: readonly Step[]): Promise<void> {
  const clock = new FakeClock();
  const store = new ArrayRecorder(clock);
  const recorder = new GatedRecorder(store);
  const lanes = new OpenedByTest(clock, createLog('silent'));
  const sessions = new LiveSessions({
    recorder,
    clock,
    lanes,
    settings: { current: () => Settings.parse({}) },
    accounts: { user: async () => ({ ...other, id: other.userId, disabled: false }) as never },
    log: createLog('silent'),
    codeKey: randomBytes(32),
    publicUrl: () => 'https://support.example.com',
  });
  const { id: sessionId, code } = await sessions.open(technician, wish(['view', 'chat', 'file-upload']));
  await sessions.join(
    {
      code: Code.parse(code),
      protocolVersion: PROTOCOL_VERSION,
      agent: { kind: 'native', version: '1', capable: [...TOOLS] },
      computer,
    },
    '198.51.100.7',
  );
  let isPassed = false;
  const state = () =>
    ConsoleSessionState.parse(sessions.consoleState(sessionId, isPassed ? other : technician));
  let revision = 0;
  let final: string | undefined;
  sessions.onChange(() => {
    isPassed = sessions.agentState(sessionId).card.technician.name === other.name;
    const now = state();
    assert(now.revision > revision, 'the revision grows with every change');
    revision = now.revision;
    if (final !== undefined) assert.equal(now.status, final, 'a final status is left');
    if (now.endedAt !== undefined) final = now.status;
    for (const one of TOOLS) {
      const { standing } = now.tools[one];
      // When a session is over no grant holds, and what was on its way to the record is not taken back any more.
      if (final === undefined && needsView(one) && (standing === 'granted' || standing === 'in-use')) {
        assert(['granted', 'in-use'].includes(now.tools.view.standing), `${one} without view`);
      }
    }
  });

  const running: Promise<unknown>[] = [];
  const attempt = (work: Promise<unknown>) => {
    running.push(
      work.catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
      }),
    );
  };
  for (const one of steps) {
    if ('agent' in one) attempt(sessions.fromAgent(sessionId, one.agent));
    if ('console' in one)
      attempt(sessions.fromConsole(technician, { ...one.console, sessionId } as FromConsole));
    if ('answer' in one) {
      const question = state().pending[0];
      if (question) {
        const { requestId } = question;
        attempt(
          sessions.fromAgent(sessionId, {
            type: 'consent.answered',
            requestId,
            allowed: one.answer,
            mode: one.mode,
          }),
        );
      }
    }
    if ('passing' in one) {
      const { passing } = state();
      const passingId = passing?.passingId ?? crypto.randomUUID();
      const said = { sessionId, passingId };
      const allowed = one.passing === 'yes';
      if (one.passing === 'take') sessions.passing.takerCame(sessionId, other.userId, 'a page');
      if (one.passing === 'offer')
        attempt(sessions.fromConsole(technician, { type: 'passing.offer', sessionId, userId: other.userId }));
      else if (one.passing === 'withdraw')
        attempt(sessions.fromConsole(technician, { type: 'passing.withdraw', ...said }));
      else if (one.passing === 'leave') sessions.passing.takerWent(sessionId, other.userId, 'a page');
      else if (one.passing === 'take' || one.passing === 'decline')
        attempt(sessions.fromConsole(other, { type: `passing.${one.passing}`, ...said }));
      else
        attempt(
          sessions.fromAgent(sessionId, { type: 'passing.answered', passingId, allowed, mode: 'person' }),
        );
    }
    if ('laneOpened' in one) {
      const lane = { sessionId, laneId: crypto.randomUUID(), tool: one.laneOpened };
      attempt(
        lanes
          .keeper!.laneOpened(lane, () => true)
          .then(() => lanes.keeper!.laneClosed(lane, 'done', { bytes: { technician: 1, customer: 2 } })),
      );
    }
    if ('comes' in one) attempt(sessions.connected(sessionId, one.comes, 'a connection'));
    if ('goes' in one) attempt(sessions.disconnected(sessionId, one.goes, 'a connection'));
    if ('passes' in one) clock.advance(one.passes);
    if ('record' in one) {
      if (one.record === 'hold' && recorder.waiting === 0) recorder.hold();
      if (one.record === 'release') recorder.release();
      if (one.record === 'fill') recorder.fill();
      if (one.record === 'make room') recorder.makeRoom();
      if (one.record === 'hang') recorder.hang();
      if (one.record === 'come back late') recorder.comeBack(true);
      if (one.record === 'come back empty') recorder.comeBack(false);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  recorder.release();
  recorder.makeRoom();
  recorder.comeBack(true);
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(20_000);
  await Promise.all(running);
  await sessions.close();
  lanes.close();

  const entries = store.entries as SessionEntry[];
  checkRecord(entries);
  const { tools: now, status, files } = AgentSessionState.parse(sessions.agentState(sessionId));
  const told = foldSession(entries);
  assert.deepEqual(now, told.tools, 'the record tells other grants than hold');
  assert.equal(status, told.status);
  assert.deepEqual(
    files.map(({ fileId: id, standing }) => [id, standing]),
    Object.values(told.files).map(({ fileId: id, standing }) => [id, standing]),
  );
}

/** What must hold of any record, read from its beginning. */
function checkRecord(entries: readonly SessionEntry[]): void {
  let session: Session | undefined;
  for (let length = 1; length <= entries.length; length++) {
    const entry = entries[length - 1]!;
    const after = foldSession(entries.slice(0, length));
    if (session && isOver(session)) assert.notEqual(entry.type, 'session.ended', 'it ended twice');
    if (entry.type === 'lane.opened') {
      assert(session && isGranted(session.tools, entry.tool), 'a lane opened without a grant');
      assert.equal(session.status, 'active', 'a lane opened before the start or after the end');
    }
    if (entry.type === 'session.passed') {
      const yes = entries.findLast(
        (each, index) => index < length && each.type === 'passing.answered' && each.allowed,
      );
      assert(yes?.type === 'passing.answered' && yes.passingId === entry.passingId, 'passed without a yes');
    }
    if (entry.type === 'passing.ended')
      assert(session && isUnderWay(session.passing), 'an end of what had come true, or had ended');
    if (entry.type === 'file.accepted') {
      const file = session?.files[entry.fileId];
      assert(session && file && isGranted(session.tools, file.tool), 'a file accepted without a grant');
    }
    session = after;
  }
}

describe('a session in any order of things', () => {
  it('opens no lane without a grant, never leaves a final status, and is what its record says', async () => {
    await fc.assert(fc.asyncProperty(fc.array(rare, { minLength: 5, maxLength: 60 }), play), {
      numRuns: 200,
    });
  });
});
