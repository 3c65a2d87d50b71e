import assert from 'node:assert/strict';
import { matchPath } from '../../../console/shared/router.tsx';

describe('matchPath', () => {
  it('names the parts of an address', () => {
    assert.deepEqual(matchPath('/sessions/:id', '/sessions/42'), { id: '42' });
    assert.deepEqual(matchPath('/', '/'), {});
    assert.deepEqual(matchPath('/log', '/log/'), {});
  });

  it('decodes them', () => {
    assert.deepEqual(matchPath('/people/:name', '/people/A%20B'), { name: 'A B' });
  });

  it('matches whole addresses only', () => {
    assert.equal(matchPath('/sessions/:id', '/sessions'), undefined);
    assert.equal(matchPath('/sessions/:id', '/sessions/'), undefined);
    assert.equal(matchPath('/sessions/:id', '/sessions/1/2'), undefined);
    assert.equal(matchPath('/log', '/logs'), undefined);
  });

  it('takes a broken escape as an address of nothing', () => {
    assert.equal(matchPath('/people/:name', '/people/%E0%A4%A'), undefined);
  });
});
