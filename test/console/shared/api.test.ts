import assert from 'node:assert/strict';
import { z } from 'zod';
import { Api, type Fetch, Problem } from '../../../console/shared/api.ts';
import { t } from '../../../console/shared/strings.ts';

const answers =
  (status: number, body: unknown): Fetch =>
  async () =>
    new Response(body === undefined ? null : JSON.stringify(body), { status });
const refusal = (code: string, message = 'why') => ({ error: { code, message } });
const Thing = z.object({ name: z.string() });

const problemOf = async (work: Promise<unknown>): Promise<Problem> => {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Problem);
  return thrown;
};

describe('Api', () => {
  it('parses what the broker answers', async () => {
    const api = new Api(answers(200, { name: 'Ada', more: true }));
    assert.deepEqual(await api.get('/thing', Thing), { name: 'Ada' });
  });

  it('sends the CSRF token with what changes something, and only with that', async () => {
    const sent: RequestInit[] = [];
    const api = new Api(async (_path, init) => {
      sent.push(init);
      return new Response(JSON.stringify({ name: 'x' }));
    });
    api.csrfToken = 'token';
    await api.get('/thing', Thing);
    await api.post('/thing', {}, Thing);
    const tokens = sent.map(({ headers }) => new Headers(headers).get('x-csrf-token'));
    assert.deepEqual(tokens, [null, 'token']);
  });

  it('puts what was expected beside each field', async () => {
    const details = [{ path: 'contact.name', message: 'too short' }];
    const body = { error: { code: 'request.invalid', message: 'does not fit', details } };
    const problem = await problemOf(new Api(answers(400, body)).post('/sessions', {}, Thing));
    assert.equal(problem.code, 'request.invalid');
    assert.equal(problem.message, t.problems.fields);
    assert.deepEqual(problem.fields, { 'contact.name': 'too short' });
  });

  it('tells the page when nobody is signed in any more', async () => {
    const api = new Api(answers(401, refusal('sign-in.needed')));
    let told = 0;
    api.onSignedOut = () => {
      told += 1;
    };
    await problemOf(api.get('/me', Thing));
    assert.equal(told, 1);
  });

  it('says in words that no answer came', async () => {
    const api = new Api(async () => {
      throw new TypeError('Failed to fetch');
    });
    assert.equal((await problemOf(api.get('/thing', Thing))).code, 'unreachable');
  });

  it('trusts no answer that is not of the contract', async () => {
    assert.equal((await problemOf(new Api(answers(200, { nome: 1 })).get('/x', Thing))).code, 'unreadable');
    const page: Fetch = async () => new Response('<html>502</html>', { status: 502 });
    assert.equal((await problemOf(new Api(page).get('/x', Thing))).code, 'unreadable');
  });
});
