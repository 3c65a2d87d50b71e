import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SessionPages } from '../../console/manager/session-pages.ts';
import { visibleRows } from '../../console/manager/visible-rows.ts';
import { Api } from '../../console/shared/api.ts';

const row = (figure: number) => ({
  id: `00000000-0000-7000-8000-${String(figure).padStart(12, '0')}`,
  status: 'ended',
  createdAt: '2026-03-14T12:00:00.000Z',
  technician: 'Tess Technician',
  technicianId: '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c',
  contact: 'Ada Example',
  reason: 'printing fails',
  tools: ['view'],
});

const answer = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });

/** A session log of `count` rows behind the real API client; `questions` are what it was asked. */
function aLog(count: number) {
  const questions: URLSearchParams[] = [];
  let refusal: string | undefined;
  const pages = new SessionPages(
    new Api(async (path, { signal }) => {
      const question = new URL(path, 'http://log').searchParams;
      questions.push(question);
      await new Promise(setImmediate);
      if (signal?.aborted) throw new Error('aborted');
      if (refusal !== undefined) return answer({ error: { code: refusal, message: refusal } }, 503);
      const from = Number(question.get('cursor') ?? 0);
      const to = Math.min(count, from + Number(question.get('limit')));
      const items = Array.from({ length: to - from }, (_, index) => row(from + index));
      return answer({ items, total: count, ...(to < count ? { nextCursor: String(to) } : {}) });
    }),
  );
  return {
    pages,
    questions,
    refuse(code: string | undefined) {
      refusal = code;
    },
  };
}

describe('the rows of the session log', () => {
  it('come page after page until there are no more', async () => {
    const { pages } = aLog(250);
    await pages.ask(new URLSearchParams({ q: 'ada' }));
    assert.deepEqual([pages.loaded.get().rows.length, pages.loaded.get().hasMore], [100, true]);
    await pages.more();
    await pages.more();
    const { rows, hasMore, total } = pages.loaded.get();
    assert.deepEqual([rows.length, hasMore, total], [250, false, 250]);
    assert.equal(new Set(rows.map(({ id }) => id)).size, 250);
    await pages.more();
    assert.equal(pages.loaded.get().rows.length, 250);
  });

  it('are asked for once, however often the end of the list comes into sight', async () => {
    const { pages, questions } = aLog(250);
    await pages.ask(new URLSearchParams());
    await Promise.all([pages.more(), pages.more(), pages.more()]);
    assert.equal(questions.length, 2);
    assert.equal(pages.loaded.get().rows.length, 200);
  });

  it('answer the last question, also when an earlier answer comes later', async () => {
    const { pages } = aLog(250);
    const first = pages.ask(new URLSearchParams());
    const second = pages.ask(new URLSearchParams());
    await Promise.all([first, second]);
    assert.equal(pages.loaded.get().rows.length, 100);
    assert.equal(pages.loaded.get().loading, undefined);
  });

  it('stay when the next page fails, and go on from there', async () => {
    const log = aLog(150);
    await log.pages.ask(new URLSearchParams());
    log.refuse('record.unavailable');
    await log.pages.more();
    assert.equal(log.pages.loaded.get().rows.length, 100);
    assert.equal(log.pages.loaded.get().problem?.code, 'record.unavailable');
    log.refuse(undefined);
    await log.pages.again();
    assert.equal(log.pages.loaded.get().rows.length, 150);
    assert.equal(log.pages.loaded.get().problem, undefined);
  });

  it('say what went wrong when the first page fails', async () => {
    const log = aLog(10);
    log.refuse('record.unavailable');
    await log.pages.ask(new URLSearchParams());
    assert.deepEqual(log.pages.loaded.get().rows, []);
    log.refuse(undefined);
    await log.pages.again();
    assert.equal(log.pages.loaded.get().rows.length, 10);
  });
});

describe('the window of rows in the document', () => {
  it('covers what is in sight and little more, wherever a table of 10,000 is scrolled to', () => {
    const figures = { count: fc.nat(10_000), top: fc.integer({ min: -2000, max: 500_000 }) };
    fc.assert(
      fc.property(fc.record(figures), ({ count, top }) => {
        const { first, last } = visibleRows({ count, rowHeight: 44, top, height: 900 });
        assert.ok(first >= 0 && first <= last && last <= count);
        assert.ok(last - first <= 900 / 44 + 26);
        const inSight = Array.from({ length: count }, (_, index) => index).slice(
          Math.max(0, Math.ceil(top / 44)),
          Math.max(0, Math.floor((top + 900) / 44)),
        );
        for (const index of inSight) assert.ok(index >= first && index < last);
      }),
    );
  });
});
