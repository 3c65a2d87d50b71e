import assert from 'node:assert/strict';
import { LogState } from '../../protocol/log-state.ts';
import { LogVerification } from '../../protocol/log-verification.ts';
import { logAlarms } from '../../server/http/log-alarms.ts';
import type { WitnessStates } from '../../server/http/routes/verification.ts';
import { type Connection, openForWriting } from '../../server/records/sqlite/connection.ts';
import { SignedStory } from '../protocol/proof/signed-story.ts';
import { begin, end, note } from '../records/stories.ts';
import { until } from '../support/until.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

const VERIFY = '/api/v1/log/verify';
const VERIFICATION = '/api/v1/log/verification';
const STATE = '/api/v1/log/state';

describe('the verification of the log over HTTP', function () {
  this.timeout(60_000); // passwords are hashed for real
  let http: RunningHttp;
  let auditor: Person;
  let witnesses: ReturnType<WitnessStates> = [];
  let sessionId: string;

  before(async () => {
    http = await startHttp({ witnesses: () => witnesses });
    auditor = await http.person('auditor');
    for (let count = 0; count < 3; count += 1) {
      const created = begin({ contact: { name: `Customer ${count}` } });
      sessionId = created.sessionId;
      await http.access.store.append([created, ...note(sessionId, 'done'), end(sessionId)]);
    }
  });
  after(() => http.stop());

  const shown = async (person = auditor) => LogVerification.parse((await person.ask(VERIFICATION)).json);
  const verify = async (person = auditor) => {
    assert.equal((await person.ask(VERIFY, { method: 'POST' })).status, 202);
    await until('it is over', async () => (await shown()).running === undefined);
    return (await shown()).last!;
  };
  /** What an operator with all keys can do while the broker runs. */
  const tamper = (change: (connection: Connection) => void) => {
    const connection = openForWriting(http.access.database);
    change(connection);
    connection.close();
  };

  it('is asked for by auditors and privacy officers; administrators see how the log stands; nobody else', async () => {
    const asked = { privacy: [202, 200], admin: [403, 200], manager: [403, 403], technician: [403, 403] };
    for (const [role, [verifies, watches]] of Object.entries(asked)) {
      const person = await http.person(role as keyof typeof asked);
      assert.equal((await person.ask(VERIFY, { method: 'POST' })).status, verifies, role);
      for (const path of [STATE, VERIFICATION])
        assert.equal((await person.ask(path)).status, watches, `${role} ${path}`);
    }
    for (const path of [STATE, VERIFICATION]) assert.equal((await http.ask(path)).status, 401);
    await until('it is over', async () => (await shown()).running === undefined);
  });

  it('tells that all is right, when, by whom, and notes that it was asked for and how it ended', async () => {
    await http.access.fresh();
    const last = await verify();
    assert.equal(last.outcome, 'right');
    assert.deepEqual([last.by.name, last.findings, last.found], [auditor.user.name, 0, []]);
    assert.match(last.sentence, /^All is right: \d+ entries and 3 sessions are what was logged/);
    const [began, ended, ...others] = await http.access.entries();
    assert.deepEqual([began?.type, ended?.type, others], ['log.verification-started', 'log.verified', []]);
    assert(began?.type === 'log.verification-started' && ended?.type === 'log.verified');
    assert.equal(began.by, auditor.user.id);
    assert.deepEqual(
      [ended.by, ended.outcome, ended.size, ended.findings, ended.leaves],
      [auditor.user.id, 'right', began.seq, 0, ''],
    );
    const [newest] = (await shown()).past;
    assert.deepEqual([newest?.outcome, newest?.size, newest?.endedAt], ['right', began.seq, ended.at]);
  });

  it('is one at a time: who asks for a second one joins the first', async () => {
    await http.access.fresh();
    const other = await http.person('privacy');
    const [one, two] = await Promise.all([auditor, other].map((one) => one.ask(VERIFY, { method: 'POST' })));
    assert.deepEqual([one!.status, two!.status], [202, 202]);
    const running = [one!, two!].map(({ json }) => LogVerification.parse(json).running);
    assert.equal(running[0]?.by.id, running[1]?.by.id);
    await until('it is over', async () => (await shown()).running === undefined);
    const types = (await http.access.types()).filter((type) => type.startsWith('log.'));
    assert.deepEqual(types, ['log.verification-started', 'log.verified']);
  });

  it('names the entry that was changed behind the broker’s back, its session, and the summary that was', async () => {
    const change = (from: string, to: string) => (connection: Connection) =>
      connection.exec(
        `UPDATE entries SET fields = replace(fields, '${from}', '${to}') WHERE type = 'session.created'`,
      );
    tamper(change('Customer 2', 'Customer 9'));
    const last = await verify();
    assert.equal(last.outcome, 'wrong');
    // The entry, and three places that do not say what it says now: the list, the record, the search.
    assert.match(last.sentence, /^4 things are not as logged, among \d+ entries and 3 sessions/);
    const [entry, ...summaries] = last.found;
    assert.match(entry!.what, /^Log entry \d+ \(session\.created, .*\) is not what was logged/);
    assert.deepEqual(
      last.found.map(({ session }) => session),
      Array(4).fill(sessionId),
    );
    for (const { what } of summaries) assert.match(what, /its (row|record)|what a search finds it by/);
    const [ended] = (await http.access.entries()).reverse();
    assert(ended?.type === 'log.verified');
    assert.deepEqual([ended.outcome, ended.findings, ended.leaves], ['wrong', 4, `${entry!.entry! - 1}`]);
    tamper(change('Customer 9', 'Customer 2'));
    assert.equal((await verify()).outcome, 'right');
    assert.deepEqual(
      (await shown()).past.slice(0, 2).map(({ outcome, findings }) => [outcome, findings]),
      [
        ['right', 0],
        ['wrong', 4],
      ],
    );
  });

  it('may be asked for by a script, with an auditor’s API key', async () => {
    const { email, id } = auditor.user;
    const { key } = await http.access.apiKeys.add({ email, name: 'nightly', days: 1 }, 'test');
    const headers = { authorization: `Bearer ${key}` };
    const reply = await http.ask(VERIFY, { method: 'POST', headers });
    assert.deepEqual([reply.status, reply.json.running.by.id], [202, id]);
    await until('it is over', async () => (await shown()).running === undefined);
  });

  it('does not begin where it cannot be noted', async () => {
    const { append } = http.access.store;
    Object.assign(http.access.store, { append: () => Promise.reject(new Error('the disk is gone')) });
    try {
      assert.equal((await auditor.ask(VERIFY, { method: 'POST' })).status, 500);
    } finally {
      Object.assign(http.access.store, { append });
    }
    assert.equal((await shown()).running, undefined);
    assert.equal((await verify()).outcome, 'right');
  });

  it('stands among who read what', async () => {
    const { items } = (await auditor.ask('/api/v1/access-log?kind=read&limit=2')).json;
    assert.deepEqual(
      items.map(({ type, who }: { type: string; who: { name: string } }) => [type, who.name]),
      [
        ['log.verified', auditor.user.name],
        ['log.verification-started', auditor.user.name],
      ],
    );
  });

  it('shows the newest checkpoint, the key that signs, and what each witness last said', async () => {
    const state = async () => LogState.parse((await auditor.ask(STATE)).json);
    const { size, root, origin, signedAt, key } = await state();
    const checkpoint = (await http.ask('/api/v1/log/checkpoint')).json;
    assert.deepEqual([size, root, origin], [checkpoint.size, checkpoint.root, checkpoint.origin]);
    assert.equal(key.text, checkpoint.keys.at(-1));
    assert.match(key.fingerprint, /^[0-9a-f]{16}$/);
    const [newest] = await http.access.store.entries({ limit: 1 });
    assert.equal(signedAt, newest!.at);

    const agreedAt = '2026-03-02T09:00:00.000Z';
    witnesses = [
      { name: '/mnt/witness', state: 'agrees', agreedAt, agreedSize: size - 2 },
      { name: 'https://witness.example.com', state: 'unreachable', problem: 'fetch failed' },
    ];
    assert.deepEqual((await state()).witnesses, [{ ...witnesses[0], behind: 2 }, witnesses[1]]);
  });

  it('raises alarms outside of its page: what a witness says, what was found, a record that takes nothing', async () => {
    const alarms = async (person = auditor) => (await person.ask('/api/v1/log/alarms')).json.alarms;
    witnesses = [{ name: '/mnt/agrees', state: 'agrees' }];
    await verify();
    assert.deepEqual(await alarms(), []);
    witnesses = [
      { name: '/mnt/witness', state: 'disagrees', problem: 'entries are gone' },
      { name: '/mnt/full', state: 'damaged' },
      { name: '/mnt/away', state: 'silent' },
      { name: '/mnt/just-now', state: 'unreachable' },
    ];
    const tell = (from: string, to: string) =>
      tamper((connection) =>
        connection.exec(
          `UPDATE entries SET fields = replace(fields, '${from}', '${to}') WHERE type = 'session.created'`,
        ),
      );
    tell('Customer 1', 'Nobody');
    const { findings = 0 } = await verify();
    assert(findings > 0);
    const { health } = http.access.store;
    Object.assign(http.access.store, { health: () => Promise.reject(new Error('gone')) });
    try {
      assert.deepEqual(await alarms(await http.person('admin')), [
        { kind: 'witness', name: '/mnt/witness', state: 'disagrees' },
        { kind: 'witness', name: '/mnt/full', state: 'damaged' },
        { kind: 'witness', name: '/mnt/away', state: 'silent' },
        { kind: 'verification', findings },
        { kind: 'unwritable' },
      ]);
    } finally {
      Object.assign(http.access.store, { health });
    }
    assert.equal((await (await http.person('manager')).ask('/api/v1/log/alarms')).status, 403);
    tell('Nobody', 'Customer 1');
    witnesses = [];
    await verify();
    assert.deepEqual(await alarms(), []);
  });

  it('keeps apart what was not signed so: one end alone can bring that about', async () => {
    const alarms = async () => (await auditor.ask('/api/v1/log/alarms')).json.alarms;
    const story = new SignedStory();
    story.spoil('consent.answered', (entry) => ({ ...entry, allowed: ['view', 'control'], refused: [] }));
    await http.access.store.append(story.told());
    const last = await verify();
    assert.deepEqual([last.outcome, last.findings, last.notAsSigned], ['not-as-signed', 0, 1]);
    assert.deepEqual(
      last.found.map(({ session }) => session),
      [story.sessionId],
    );
    assert.deepEqual(await alarms(), [{ kind: 'signatures', sessions: 1 }]);
    const tell = (from: string, to: string) =>
      tamper((connection) =>
        connection.exec(
          `UPDATE entries SET fields = replace(fields, '${from}', '${to}') WHERE type = 'session.created'`,
        ),
      );
    tell('Customer 1', 'Nobody');
    const { outcome, findings = 0, sentence } = await verify();
    assert.equal(outcome, 'wrong');
    assert.match(sentence, /not as logged, .*\. Besides, 1 session is not what was signed\.$/);
    assert.deepEqual(await alarms(), [
      { kind: 'verification', findings },
      { kind: 'signatures', sessions: 1 },
    ]);
    const recorded = await logAlarms(http.access.store, {
      verifications: { lastWhole: undefined },
      retention: { clockDoubt: undefined },
      damagedRows: { alarm: () => undefined },
      witnesses: [],
    });
    assert.deepEqual(recorded, await alarms(), 'also after a start, by the entry');
    tell('Nobody', 'Customer 1');
  });

  it('is broken off when the broker stops, and the record says so', async () => {
    await http.access.fresh();
    await auditor.ask(VERIFY, { method: 'POST' });
    await http.verifications.close();
    const [, ended] = await http.access.entries();
    assert(ended?.type === 'log.verified');
    assert.equal(ended.outcome, 'broken-off');
    assert.equal((await shown()).last?.outcome, 'broken-off');
  });
});
