import assert from 'node:assert/strict';
import { withMarks } from '../../../console/shared/with-marks.ts';

const MARK = '\uFFFD';

describe('a text from elsewhere, with marks', () => {
  it('is as it was, where nothing hides', () => {
    const text = 'naïve\n\tالعربية نص\u200c‌ha\u200f 👩‍💻 漢字';
    assert.equal(withMarks(text), text);
  });

  it('is as it was with what is seen, or belongs to what is seen', () => {
    for (const text of [
      'Donau\u00ADdampf\u00ADschiff',
      '\u2068Tess\u2069 and \u2066Tom\u2069 of “\u2068شركة\u2069”',
      '🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F} and 🇨🇭',
      '❤\uFE0F 1\uFE0F⃣ 👩‍❤️‍💋‍👩 葛\u{E0100}',
      '\u0600\u0661\u0662 \u06DD ا\u061Cب',
    ])
      assert.equal(withMarks(text), text);
  });

  it('shows what hides, where nothing is seen of it', () => {
    for (const [text, shown] of [
      ['r\u00AD-\u00ADm \u00AD', 'r\uFFFD-\uFFFDm \uFFFD'],
      ['a\u2067/\u2069', 'a\uFFFD/\uFFFD'],
      ['\u2068a\nb\u2069', '\uFFFDa\nb\uFFFD'],
      ['\u2068a\u202Eb\u2069', '\u2068a\uFFFDb\u2069'],
      ['a\u2069', 'a\uFFFD'],
      // Of no region: a black flag is seen, and nothing of these.
      ['🏴\u{E0061}\u{E0062}\u{E0063}\u{E007F}', '🏴\uFFFD\uFFFD\uFFFD\uFFFD'],
      ['🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}', `🏴${'\uFFFD'.repeat(5)}`],
      ['😀\uFE01\uFE02\uFE03', '😀\uFE01\uFFFD\uFFFD'],
      ['a\u{E0100}', 'a\uFFFD'],
      ['a\u2060b\uFEFFc\u2063d\u3164e\uFFF9f\u00A0', 'a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\u00A0'],
    ] as const)
      assert.equal(withMarks(text), shown);
  });

  it('takes no longer where there is much of it', () => {
    const text = '\u2068\u00AD\u2069'.repeat(50_000);
    assert.equal(withMarks(text), '\u2068\uFFFD\u2069'.repeat(50_000));
    assert.equal(withMarks('\u2068'.repeat(100_000)), MARK.repeat(100_000));
  });

  it('shows control characters, and what turns the line round', () => {
    assert.equal(withMarks('ls\u001b[8m -la\r\u0007\u007f\u0085'), 'ls␛[8m -la␍␇␡\uFFFD');
    assert.equal(withMarks('a\u202Etxt.exe\u2066b\u200Bc\u2028d'), 'a\uFFFDtxt.exe\uFFFDb\uFFFDc\uFFFDd');
    assert.equal(withMarks('hi\u{E0072}\u{E006D}\uD800'), 'hi\uFFFD\uFFFD\uFFFD');
  });
});
