import assert from 'node:assert/strict';
import { withMarks } from '../../../console/shared/with-marks.ts';

describe('a text from elsewhere, with marks', () => {
  it('is as it was, where nothing hides', () => {
    const text = 'naïve\n\tالعربية نص\u200c‌ha\u200f 👩‍💻 漢字';
    assert.equal(withMarks(text), text);
  });

  it('shows control characters, and what turns the line round', () => {
    assert.equal(withMarks('ls\u001b[8m -la\r\u0007\u007f\u0085'), 'ls␛[8m -la␍␇␡\uFFFD');
    assert.equal(withMarks('a\u202Etxt.exe\u2066b\u200Bc\u2028d'), 'a\uFFFDtxt.exe\uFFFDb\uFFFDc\uFFFDd');
    assert.equal(withMarks('hi\u{E0072}\u{E006D}\uD800'), 'hi\uFFFD\uFFFD\uFFFD');
  });
});
