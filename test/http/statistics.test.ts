import assert from 'node:assert/strict';
import { Statistics } from '../../protocol/statistics.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

const PERIOD = 'from=2026-03-01&to=2026-03-08&zone=Europe/Berlin';

describe('the figures over HTTP', () => {
  let http: RunningHttp;
  before(async () => {
    http = await startHttp();
  });
  beforeEach(() => http.access.fresh());
  after(() => http.stop());

  const opens = (person: Person) =>
    person.ask('/api/v1/sessions', {
      body: { contact: { name: 'Ada Example' }, reason: 'printing fails', tools: ['view'] },
    });
  const counted = async (person: Person, more = '') => {
    const reply = await person.ask(`/api/v1/statistics?${PERIOD}${more}`);
    assert.equal(reply.status, 200, reply.text);
    return Statistics.parse(reply.json).sessions;
  };

  it('count what each reader may read, and nothing beyond', async () => {
    const [tess, tom] = [
      await http.person('technician', { teams: ['North'] }),
      await http.person('technician', { teams: ['South'] }),
    ];
    await opens(tess);
    await opens(tess);
    await opens(tom);
    assert.deepEqual([await counted(tess), await counted(tom)], [2, 1]);
    assert.equal(await counted(await http.person('manager', { teams: ['North'] })), 2);
    assert.equal(await counted(await http.person('manager')), 0);
    assert.equal(await counted(await http.person('auditor')), 3);
    assert.equal(await counted(tess, '&team=South'), 0);
    assert.equal(await counted(tess, `&technician=${tom.user.id}`), 0);
    const admin = await http.person('admin');
    assert.equal((await admin.ask(`/api/v1/statistics?${PERIOD}`)).status, 403);
    assert.equal((await http.ask(`/api/v1/statistics?${PERIOD}`)).status, 401);
  });

  it('are an entry with what was asked and how many were counted, once in some minutes, but not one’s own', async () => {
    const tess = await http.person('technician', { teams: ['Noted'] });
    const mona = await http.person('manager', { teams: ['Noted'] });
    await opens(tess);
    await http.access.fresh();
    await counted(tess);
    await counted(mona, `&technician=${mona.user.id}`);
    for (const words of ['', '', '&technician=tess']) await counted(mona, words);
    const noted = (await http.access.entries()).flatMap((entry) =>
      entry.type === 'statistics.read' ? [[entry.userId, entry.filters, entry.found]] : [],
    );
    const period = { from: '2026-03-01', to: '2026-03-08', zone: 'Europe/Berlin' };
    assert.deepEqual(noted, [
      [mona.user.id, period, 1],
      [mona.user.id, { ...period, technician: 'tess' }, 0],
    ]);
  });

  it('are refused for a zone, a day or a span that is none, by its name', async () => {
    const mona = await http.person('manager');
    const refused = async (change: Record<string, string>) => {
      const query = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(PERIOD)), ...change });
      const reply = await mona.ask(`/api/v1/statistics?${query}`);
      assert.deepEqual([reply.status, reply.json.error.code], [400, 'request.invalid'], reply.text);
      return reply.json.error.details[0].path;
    };
    assert.equal(await refused({ zone: 'Mars/Olympus' }), 'zone');
    assert.equal(await refused({ zone: '' }), 'zone');
    assert.equal(await refused({ from: '2026-02-30' }), 'from');
    assert.equal(await refused({ to: '2026-03-01' }), 'to');
    assert.equal(await refused({ to: '2039-03-01' }), 'from');
    assert.equal(await refused({ by: 'hour' }), 'by');
  });

  it('are not asked by words or companies, so that nobody is looked for by counting', async () => {
    const tess = await http.person('technician', { teams: ['North'] });
    await opens(tess);
    assert.equal(await counted(tess, '&q=somebody&company=nowhere'), 1);
  });
});
