import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  codeInFragment,
  digitsOf,
  editCode,
  groupDigits,
  isWholeCode,
} from '../../console/customer/join/code-entry.ts';

describe('the code field', () => {
  it('groups digits as they come, with no dash that Backspace would have to take first', () => {
    const grown = Array.from('123456789', (_, index) => groupDigits('123456789'.slice(0, index + 1)));
    assert.deepEqual(grown, [
      '1',
      '12',
      '123',
      '123-4',
      '123-45',
      '123-456',
      '123-456-7',
      '123-456-78',
      '123-456-789',
    ]);
  });

  it('takes a pasted code however it is written', () => {
    for (const pasted of [
      '123-456-789',
      ' 123 456 789 ',
      'Your code: 123456789.',
      '123456789000',
      '１２３４５６７８９',
    ])
      assert.equal(digitsOf(pasted), '123456789');
    assert.equal(digitsOf('١٢٣٤٥٦٧٨٩'), '123456789');
    assert.equal(digitsOf('no digits'), '');
  });

  it('keeps the caret behind the same digit', () => {
    assert.deepEqual(editCode('1234', 4), { text: '123-4', caret: 5 });
    assert.deepEqual(editCode('129-345-678', 2), { text: '129-345-678', caret: 2 });
    // A digit typed at the end of the first group.
    assert.deepEqual(editCode('1239-456', 4), { text: '123-945-6', caret: 5 });
    // Backspace on the dash: the caret steps over it, no digit is lost.
    assert.deepEqual(editCode('123456', 3), { text: '123-456', caret: 3 });
    assert.deepEqual(editCode('', 0), { text: '', caret: 0 });
  });

  it('never loses or invents a digit, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (typed, at) => {
        const caret = Math.min(at, typed.length);
        const edited = editCode(typed, caret);
        assert.equal(digitsOf(edited.text), digitsOf(typed));
        assert.ok(edited.caret >= 0 && edited.caret <= edited.text.length);
        assert.equal(digitsOf(edited.text.slice(0, edited.caret)), digitsOf(typed.slice(0, caret)));
      }),
    );
  });

  it('is whole with nine digits', () => {
    assert.equal(isWholeCode('123456789'), true);
    assert.equal(isWholeCode('12345678'), false);
  });

  it('reads the code of a link, and nothing else, from the fragment', () => {
    assert.equal(codeInFragment('#123456789'), '123456789');
    assert.equal(codeInFragment('#123-456-789'), '123456789');
    assert.equal(codeInFragment('#123%20456%20789'), '123456789');
    for (const other of ['', '#', '#12345678', '#1234567890', '#main-content', '#x123456789'])
      assert.equal(codeInFragment(other), undefined, other);
  });
});
