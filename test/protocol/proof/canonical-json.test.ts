import assert from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalJson, type Json } from '../../../protocol/proof/canonical-json.ts';

describe('canonical JSON', () => {
  it('writes the example of RFC 8785, 3.2.2', () => {
    const example = {
      numbers: [JSON.parse('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    assert.equal(
      canonicalJson(example),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts names as RFC 8785, 3.2.3 shows', () => {
    const names = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    assert.deepEqual(
      Object.values(
        JSON.parse(
          `[${canonicalJson(names)
            .slice(1, -1)
            .replace(/"(?:[^"\\]|\\.)*":/g, '')}]`,
        ),
      ),
      [
        'Carriage Return',
        'One',
        'Control',
        'Latin Small Letter O With Diaeresis',
        'Euro Sign',
        'Emoji: Grinning Face',
        'Hebrew Letter Dalet With Dagesh',
      ],
    );
  });

  it('says the same of a value, whatever the order in which it was built', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        let text: string;
        try {
          text = canonicalJson(value as Json);
        } catch {
          return; // half of a surrogate pair
        }
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
        assert.equal(canonicalJson(JSON.parse(text)), text);
      }),
    );
  });

  it('refuses what has no one form', () => {
    assert.throws(() => canonicalJson({ text: '\ud800' }), TypeError);
    assert.throws(() => canonicalJson([Number.NaN]), TypeError);
  });
});
