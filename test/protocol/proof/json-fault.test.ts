import assert from 'node:assert/strict';
import { jsonFault } from '../../../protocol/proof/json-fault.ts';

const WHOLE = JSON.stringify(
  { name: 'Zoë "Z"\n\\', list: [1, -2.5e3, true, false, null, {}, []], deep: { a: [{ b: '' }] } },
  null,
  1,
);

describe('where a text stops being JSON', () => {
  it('is nowhere in JSON', () => {
    for (const text of [WHOLE, '0', ' "a" ', '[]', '{"a":{}}\n']) assert.equal(jsonFault(text), undefined);
  });

  it('is found for a text exactly when JSON.parse refuses it, whichever byte was changed', () => {
    const parses = (text: string) => {
      try {
        JSON.parse(text);
        return true;
      } catch {
        return false;
      }
    };
    for (let at = 0; at < WHOLE.length; at += 1)
      for (const put of ['', '"', '\\', '{', '}', ',', ':', '1', 'x', ' ', '\u0001', '[', ']', '-', '.']) {
        const changed = WHOLE.slice(0, at) + put + WHOLE.slice(at + 1);
        const fault = jsonFault(changed);
        assert.equal(fault === undefined, parses(changed), changed);
        const line = WHOLE.slice(0, at).split('\n').length;
        // A string that was opened is at fault from its beginning on; a changed line break joins two lines.
        if (fault !== undefined) assert(fault.line >= line - 1, `${fault.line}, ${line}: ${changed}`);
      }
  });

  it('is found behind a string of any length, whatever it consists of', () => {
    for (const piece of ['\\n', '\\u00e4', 'a']) {
      const text = `["${piece.repeat(6_000_000)}"`;
      assert.equal(jsonFault(`${text}]`), undefined);
      assert.deepEqual(jsonFault(`${text};`), { line: 1, byte: text.length + 1 });
    }
  });

  it('is said by line and byte', () => {
    assert.deepEqual(jsonFault('{"ä":1,\n "b";2}'), { line: 2, byte: 5 });
    assert.deepEqual(jsonFault('{"ä":1;"b":2}'), { line: 1, byte: 8 });
    assert.deepEqual(jsonFault('{"a":tsue}'), { line: 1, byte: 6 });
    assert.deepEqual(jsonFault('{"a":1'), { line: 1, byte: 7 });
    assert.deepEqual(jsonFault('{"a":1} x'), { line: 1, byte: 9 });
    assert.deepEqual(jsonFault(''), { line: 1, byte: 1 });
  });
});
