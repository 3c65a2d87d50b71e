import assert from 'node:assert/strict';
import fc from 'fast-check';
import { codePointOf, kindOfKeysym, lowerCased, meaning, upperCased } from '../../../agent/input/keysym.ts';

describe('keysyms', () => {
  it('know the character of old and new keysyms', () => {
    const known: [keysym: number, character: string][] = [
      [0x61, 'a'],
      [0xe9, 'é'],
      [0x20ac, '€'],
      [0x6c1, 'а'],
      [0x7e1, 'α'],
      [0x1006f22, '漢'],
      [0x101f642, '🙂'],
      [0x1000061, 'a'],
    ];
    for (const [keysym, character] of known) assert.equal(codePointOf(keysym), character.codePointAt(0));
    for (const keysym of [0, 0xff0d, 0xff09, 0xffe1, 0xffb1, 0xfe52, 0x1008ff13, 0x1ffffff])
      assert.equal(codePointOf(keysym), undefined);
  });

  it('mean the same when they type the same', () => {
    assert.equal(meaning(0x6c1), meaning(0x1000430));
    assert.notEqual(meaning(0x61), meaning(0x6c1), 'Latin and Cyrillic a look alike');
    fc.assert(
      fc.property(fc.nat(0x1fffffff), (keysym) => assert.equal(meaning(meaning(keysym)), meaning(keysym))),
    );
  });

  it('change their case where that is one character', () => {
    assert.equal(meaning(upperCased(0xe9)), meaning(0xc9));
    assert.equal(meaning(lowerCased(0x6e1)), meaning(0x6c1));
    for (const keysym of [0xdf, 0x31, 0xff09]) assert.equal(upperCased(keysym), keysym);
  });

  it('tell characters, keypad, function keys and modifiers apart', () => {
    assert.deepEqual(
      [0x61, 0x20, 0xfe52, 0xffb1, 0xff8d, 0xff09, 0xffbe, 0xff51, 0x1008ff13, 0xffe1, 0xfe03, 0xff7f].map(
        kindOfKeysym,
      ),
      [
        ...['character', 'character', 'character', 'keypad', 'keypad', 'function'],
        ...['function', 'function', 'function', 'modifier', 'modifier', 'modifier'],
      ],
    );
  });
});
