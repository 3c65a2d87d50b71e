import assert from 'node:assert/strict';
import { SessionQuery } from '../../protocol/session-query.ts';
import { Settings } from '../../server/settings/settings.ts';
import { begin, end } from '../records/stories.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

const PATH = '/api/v1/settings/retention';
const DAY = 86_400_000;

describe('how long data are kept, as the organisation sets it', function () {
  this.timeout(60_000); // passwords are hashed for real
  let http: RunningHttp;
  let officer: Person;
  let admin: Person;
  let auditor: Person;

  before(async () => {
    http = await startHttp();
    officer = await http.person('privacy');
    admin = await http.person('admin');
    auditor = await http.person('auditor');
    await http.person('technician', { teams: ['Legal'] });
  });
  beforeEach(async () => {
    const { retention, retentionOfTeams } = Settings.parse({});
    await http.access.settings.change({ retention, retentionOfTeams });
    await http.access.fresh();
  });
  after(() => http.stop());

  const periods = (days: number, teams: Record<string, number> = {}) => ({
    days,
    teams: Object.entries(teams).map(([team, days]) => ({ team, days })),
  });
  const put = (kind: string, wanted: object, was: object, person = officer) =>
    person.ask(`${PATH}/${kind}`, { method: 'PUT', body: { ...wanted, was } });
  const faults = async (kind: string, wanted: object) =>
    (await officer.ask(`${PATH}/${kind}/preview`, { body: wanted })).json.error.details;
  const overSession = async (team: string) => {
    const technician = { userId: '0195f000-0000-7000-8000-0000000000aa', name: 'Tove', team };
    const created = begin({ technician });
    await http.access.store.append([created, end(created.sessionId)]);
  };

  it('is read by whoever reads settings, with bounds, grounds and the teams that there are', async () => {
    await overSession('North');
    for (const person of [officer, admin, auditor]) {
      const { kinds, teams } = (await person.ask(PATH)).json;
      const names = kinds.find(({ kind }: { kind: string }) => kind === 'chat-and-file-names');
      assert.deepEqual(names.periods, {
        days: 42,
        teams: [],
        minDays: 1,
        maxDays: 42,
        mayDifferByTeam: true,
      });
      assert.match(names.ground, /GDPR/);
      assert.deepEqual(teams, ['Legal', 'North']);
    }
    for (const role of ['technician', 'manager'] as const)
      assert.equal((await (await http.person(role)).ask(PATH)).status, 403);
  });

  it('is changed by officers and administrators, counts at once, and is an entry that says from whom and to what', async () => {
    const changed = await put('session-record', periods(100, { Legal: 3650 }), periods(365));
    assert.equal(changed.status, 200, changed.text);
    assert.deepEqual(changed.json.periods.teams, [{ team: 'Legal', days: 3650 }]);
    assert.equal(http.access.settings.current().retention['session-record'], 100);
    const back = await put('session-record', periods(365), periods(100, { Legal: 3650 }), admin);
    assert.equal(back.status, 200, back.text);
    assert.deepEqual(http.access.settings.current().retentionOfTeams, {});
    const said = (await http.access.entries()).flatMap((entry) =>
      entry.type === 'settings.changed' ? [[entry.by, ...entry.changed]] : [],
    );
    assert.deepEqual(said, [
      [officer.user.id, 'retention.session-record=100', 'retentionOfTeams.Legal.session-record=3650'],
      [admin.user.id, 'retention.session-record=365', 'retentionOfTeams.Legal.session-record=none'],
    ]);
    assert.equal((await put('session-record', periods(100), periods(365), auditor)).status, 403);
  });

  it('keeps what a team has set of other kinds', async () => {
    await put('session-record', periods(365, { Legal: 730 }), periods(365));
    await put('contact-details', periods(42, { Legal: 7 }), periods(42));
    await put('session-record', periods(365), periods(365, { Legal: 730 }));
    assert.deepEqual(http.access.settings.current().retentionOfTeams, { Legal: { 'contact-details': 7 } });
  });

  it('says before what the next run would delete, and deletes and records nothing by that', async () => {
    await overSession('Far');
    http.access.clock.advance(60 * DAY);
    officer = await http.person('privacy');
    admin = await http.person('admin');
    await overSession('Far');
    await http.access.fresh();
    const ask = async (wanted: object) =>
      (await officer.ask(`${PATH}/session-record/preview`, { body: wanted })).json;
    const shorter = await ask(periods(42));
    assert.deepEqual(shorter, { dueNow: 0, dueThen: 2 });
    assert.deepEqual(await ask(periods(365, { Far: 42 })), { dueNow: 0, dueThen: 1 });
    assert.deepEqual(await http.access.entries(), []);
    assert.equal(
      (await http.access.store.sessions(SessionQuery.parse({}), { everything: true })).items.length,
      3,
    );
  });

  it('refuses what leaves the bounds, and names them', async () => {
    assert.deepEqual(await faults('chat-and-file-names', periods(43, { Legal: 0.5 })), [
      { path: 'teams.0.days', message: 'must be a whole number' },
    ]);
    const beyond = 'keep it from 1 to 42 days: no setting may go beyond that';
    assert.deepEqual(await faults('chat-and-file-names', periods(43, { Legal: 400 })), [
      { path: 'days', message: beyond },
      { path: 'teams.0.days', message: beyond },
    ]);
    assert.equal((await faults('sign-in-log', periods(180, { Legal: 90 })))[0].path, 'teams');
    assert.equal((await put('log-proof', periods(1), periods(1))).status, 404);
    const twice = { days: 42, teams: [1, 2].map((days) => ({ team: 'Legal', days })) };
    assert.equal((await faults('contact-details', twice))[0].message, 'name a team once');
    assert.deepEqual(await http.access.entries(), []);
  });

  it('refuses what would let a part outlive its session, also within a team', async () => {
    assert.deepEqual(await faults('session-record', periods(30)), [
      { path: 'days', message: 'contact details and notes cannot be kept longer than the session record' },
    ]);
    assert.deepEqual(await faults('session-record', periods(365, { Legal: 30 })), [
      {
        path: 'teams.0.days',
        message: 'in the team Legal: contact details and notes cannot be kept longer than the session record',
      },
    ]);
  });

  it('keeps every change that comes at the same moment, and records no other', async () => {
    const kinds = ['session-record', 'contact-details', 'chat-and-file-names', 'sign-in-log'] as const;
    const before = http.access.settings.current().retention;
    const replies = await Promise.all(
      kinds.map((kind) => put(kind, periods(before[kind] - 1), periods(before[kind]))),
    );
    assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([200]));
    const { retention } = http.access.settings.current();
    for (const kind of kinds) assert.equal(retention[kind], before[kind] - 1, kind);

    const twice = [20, 30].map((days) => put('contact-details', periods(days), periods(41)));
    const statuses = (await Promise.all(twice)).map(({ status }) => status);
    assert.deepEqual(statuses.sort(), [200, 409]);
    const changes = (await http.access.entries()).filter(({ type }) => type === 'settings.changed');
    assert.equal(changes.length, kinds.length + 1);
  });

  it('undoes nobody’s change unseen', async () => {
    await put('contact-details', periods(30), periods(42));
    const late = await put('contact-details', periods(60), periods(42), admin);
    assert.deepEqual([late.status, late.json.error.code], [409, 'request.out-of-order']);
    assert.equal(http.access.settings.current().retention['contact-details'], 30);
  });
});
