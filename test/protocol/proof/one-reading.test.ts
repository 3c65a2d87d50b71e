import assert from 'node:assert/strict';
import { readOneWay } from '../../../protocol/proof/one-reading.ts';

describe('a document that everybody reads alike', () => {
  it('is read as JSON is, whatever its texts look like', () => {
    for (const value of [
      { a: [{ b: 1 }, { b: 2 }], c: null, '': 'x' },
      { text: '"a": 1, \\"b\\":', '"': '\\', '\\': '"', 'é\n': '\u0000' },
      [':', ['"', ': {"a":1}']],
      'alone: ',
      7,
    ])
      for (const space of [undefined, 2])
        assert.deepEqual(readOneWay(JSON.stringify(value, undefined, space)), value);
    assert.deepEqual(readOneWay('{"\\u0061" \n : "\\":"}'), { a: '":' });
    const long = { text: '"\\'.repeat(500_000) };
    assert.deepEqual(readOneWay(JSON.stringify(long)), long);
  });

  it('has no name twice, nor in another writing, and none that is a prototype to some', () => {
    for (const text of [
      '{"a":1,"a":1}',
      '[{"b":{"name":"Mallory","name":"Tess"}}]',
      '{"a":1,"\\u0061":2}',
      '{"__proto__":{"outcome":"solved"}}',
      '[{"a":{"__proto__":1}}]',
      '{"a":1',
      '',
    ])
      assert.equal(readOneWay(text), undefined, text);
  });
});
