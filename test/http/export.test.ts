import assert from 'node:assert/strict';
import { request } from 'node:http';
import { begin, end, note, TECHNICIAN } from '../records/stories.ts';
import { until } from '../support/until.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

const FORMULAS = [
  '=HYPERLINK("http://evil.example")',
  '+1+cmd',
  '-2+3',
  '@SUM(A1)',
  '\tTAB',
  '＝1',
  'pc;=1+1;x',
  'pc; \t@SUM(1)',
  'x;"=1+1;"b',
  'x; "" "@SUM(1)',
];

describe('export of the session log', () => {
  let http: RunningHttp;
  let tess: Person;
  let mona: Person;

  before(async () => {
    http = await startHttp();
    tess = await http.person('technician', { teams: ['North'] });
    mona = await http.person('manager', { teams: ['North'] });
    for (const company of [...FORMULAS, 'Example, "Quoted" Ltd', 'Łódź 漢字']) {
      const body = { contact: { name: 'Ada', company }, reason: 'help', tools: ['view'] };
      assert.equal((await tess.ask('/api/v1/sessions', { body })).status, 201);
    }
  });
  beforeEach(() => http.access.fresh());
  after(() => http.stop());

  const exported = (person: Person, query: string) => person.ask(`/api/v1/sessions/export?${query}`);

  it('gives CSV with one line per session that a spreadsheet opens', async () => {
    const reply = await exported(mona, 'format=csv');
    assert.equal(reply.headers.get('content-type'), 'text/csv; charset=utf-8');
    assert.equal(reply.headers.get('content-disposition'), 'attachment; filename=sessions-2026-03-02.csv');
    const lines = reply.text.trimEnd().split('\r\n');
    assert.equal(lines.length, 1 + FORMULAS.length + 2);
    assert.match(lines[0] ?? '', /^\uFEFF?"id","status",/);
    assert(reply.text.includes('"Example, ""Quoted"" Ltd"'));
    assert(reply.text.includes('Łódź 漢字'));
  });

  it('gives only the columns that were asked for, in their order', async () => {
    const { text } = await exported(mona, 'format=csv&columns=company,created_at,contact');
    const [head, first] = text.trimEnd().split('\r\n');
    assert.match(head ?? '', /^\uFEFF?"company","created_at","contact"$/);
    assert.match(first ?? '', /^"[^,]*","2026-[^"]*","Ada"$/);
    assert.equal((await exported(mona, 'format=csv&columns=company,password')).status, 400);
  });

  it('lets no cell begin like a formula, also where a semicolon parts them', async () => {
    const { text } = await exported(mona, 'format=csv');
    const cells = text.split(/[\r\n,;]+/).map((cell) => cell.replace(/^[\s"]+/, ''));
    assert.deepEqual(
      cells.filter((cell) => /^[=+\-@\t＝＋－＠]/.test(cell)),
      [],
    );
    assert(text.includes(`"'=HYPERLINK(""http://evil.example"")"`));
    assert(text.includes(`"pc;'=1+1;x"`));
  });

  it('gives JSON and NDJSON with every field', async () => {
    const json = await exported(mona, 'format=json');
    const ndjson = await exported(mona, 'format=ndjson');
    assert.deepEqual(
      json.json,
      ndjson.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    assert.equal(json.json[0].technician.email, tess.user.email);
    assert.match(ndjson.headers.get('content-type') ?? '', /^application\/x-ndjson/);
  });

  it('gives an empty list of the right shape when nothing matches', async () => {
    const nobody = await http.person('manager', { teams: ['Elsewhere'] });
    assert.deepEqual((await exported(nobody, 'format=json')).json, []);
    assert.equal((await exported(nobody, 'format=ndjson')).text, '');
    assert.match((await exported(nobody, 'format=csv')).text, /^\uFEFF?"id",[^\n]*\r\n$/);
  });

  it('stands in the record first, with who, what for and how many', async () => {
    await exported(mona, 'format=json&company=quoted&tool=view&q=');
    const [worded, entry, ended] = (await http.access.entries()).slice(-3);
    assert(ended?.type === 'record.export-ended');
    assert.deepEqual(
      [ended.exportId, ended.records, ended.isWhole],
      [entry?.type === 'record.exported' && entry.exportId, 0, true],
    );
    assert(entry?.type === 'record.exported' && worded?.type === 'question.worded');
    assert.deepEqual(
      [entry.userId, entry.format, entry.filters, entry.records],
      [mona.user.id, 'json', { tool: 'view' }, 0],
    );
    assert.deepEqual([worded.questionId, worded.words], [entry.questionId, { company: 'quoted' }]);
  });

  it('says in the record how many left when it was over, however many these are', async () => {
    const sessions = (await exported(await http.person('auditor'), 'format=json')).json.length;
    const [begun, ended] = (await http.access.entries()).slice(-2);
    assert(begun?.type === 'record.exported' && ended?.type === 'record.export-ended');
    assert.deepEqual([ended.exportId, ended.records, ended.isWhole], [begun.exportId, sessions, true]);
    assert(sessions > 1);
  });

  it('says in the record which columns left, and whether whole entries with proofs did', async () => {
    await exported(mona, 'format=csv&columns=company,contact');
    await exported(mona, 'format=ndjson&proofs=true');
    const said = (await http.access.entries()).flatMap((entry) =>
      entry.type === 'record.exported' ? [[entry.format, entry.columns, entry.proofs]] : [],
    );
    assert.deepEqual(said, [
      ['csv', ['company', 'contact'], false],
      ['ndjson', undefined, true],
    ]);
  });

  it('is for managers, auditors and privacy officers only, and of theirs only', async () => {
    assert.equal((await exported(tess, 'format=csv')).status, 403);
    assert.equal((await exported(await http.person('admin'), 'format=csv')).status, 403);
    assert.equal(
      (await exported(await http.person('auditor'), 'format=json')).json.length,
      FORMULAS.length + 2,
    );
    assert(!(await http.access.types()).slice(0, 1).includes('record.exported'));
  });

  it('refuses another format', async () => {
    assert.equal((await exported(mona, 'format=exe')).status, 400);
    assert.equal((await exported(mona, '')).status, 400);
  });

  it('answers an error, not half a file, when the store fails before the first record', async () => {
    const { exportSessions } = http.access.store;
    Object.assign(http.access.store, {
      // biome-ignore lint/correctness/useYield: it fails before it has anything
      async *exportSessions() {
        throw new Error('the disk is gone');
      },
    });
    try {
      const reply = await exported(mona, 'format=csv');
      assert.deepEqual([reply.status, reply.json.error.code], [500, 'internal']);
      assert.equal(reply.headers.get('content-disposition'), null);
    } finally {
      Object.assign(http.access.store, { exportSessions });
    }
  });

  it('breaks the connection when the store fails in the middle, so that nobody takes it for whole', async () => {
    await withEndlessExport(http, 3, async () => {
      await assert.rejects(exported(mona, 'format=ndjson'));
    });
  });

  it('reads no further than its reader, and stops when the reader leaves', async () => {
    await withEndlessExport(http, Number.POSITIVE_INFINITY, async (progress) => {
      const asked = request(`${http.origin}/api/v1/sessions/export?format=ndjson`, {
        headers: { cookie: mona.cookie },
      });
      asked.end();
      const response = await new Promise<import('node:http').IncomingMessage>((resolve) => {
        asked.on('response', resolve);
      });
      await settled(() => progress.batches);
      const whileNobodyReads = progress.batches;
      assert(whileNobodyReads < 5_000, `${whileNobodyReads} batches were read ahead`);
      response.destroy();
      await progress.stopped;
    });
    await until('the record says that it was broken off', async () => {
      const last = (await http.access.entries()).findLast(({ type }) => type === 'record.export-ended');
      return last?.type === 'record.export-ended' && !last.isWhole;
    });
  });

  it('tells in a table what was deleted from what was never known', async () => {
    const created = begin({
      technician: { ...TECHNICIAN, team: 'North' },
      contact: { name: 'Forgetful' },
      detailsGiven: ['phone'],
    });
    const { store, clock } = http.access;
    await store.append([created, ...note(created.sessionId, 'a note'), end(created.sessionId)]);
    const later = new Date(clock.now() + 1).toISOString();
    await store.deleteDue([{ kind: 'contact-details', before: later }], false);
    const { text } = await exported(await http.person('auditor'), 'format=csv&q=forgetful');
    const [head = '', row = ''] = text.trimEnd().split('\r\n');
    const cell = (name: string) => row.split(',')[head.replace('\uFEFF', '').split(',').indexOf(`"${name}"`)];
    assert.deepEqual(['phone', 'email', 'notes'].map(cell), ['"(deleted)"', '', '"(deleted)"']);
  });
});

interface Progress {
  batches: number;
  stopped: Promise<void>;
}

/** The store's export, replaced by one that repeats its first batch and fails after `failAfter`. */
async function withEndlessExport(
  http: RunningHttp,
  failAfter: number,
  test: (progress: Progress) => Promise<void>,
): Promise<void> {
  const { store } = http.access;
  const { exportSessions } = store;
  const stop = { now: () => {} };
  const progress: Progress = { batches: 0, stopped: new Promise((resolve) => (stop.now = resolve)) };
  const first = await store
    .exportSessions({}, { everything: true }, { format: 'ndjson' })
    [Symbol.asyncIterator]()
    .next();
  Object.assign(store, {
    async *exportSessions() {
      try {
        for (;;) {
          if (progress.batches++ >= failAfter) throw new Error('the disk is gone');
          yield first.value;
        }
      } finally {
        stop.now();
      }
    },
  });
  try {
    await test(progress);
  } finally {
    Object.assign(store, { exportSessions });
  }
}

/** Waits until `read` answers the same for a while: nothing announces that a writer waits. */
async function settled(read: () => number): Promise<void> {
  for (let same = 0, last = -1; same < 10; ) {
    const now = read();
    same = now === last && now > 0 ? same + 1 : 0;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
