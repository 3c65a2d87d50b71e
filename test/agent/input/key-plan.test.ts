import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type KeyboardState, planKey } from '../../../agent/input/key-plan.ts';
import {
  type Key,
  type Keymap,
  type KeyType,
  levelModifiers,
  Modifier,
  typedMeaning,
} from '../../../agent/input/keymap.ts';
import { Keysym, kindOfKeysym, meaning } from '../../../agent/input/keysym.ts';

const { shift, lock, control, mod1, mod2: num, mod5: level3 } = Modifier;
const entry = (modifiers: number, level: number) => ({ modifiers, level, preserved: 0 });

const oneLevel: KeyType = { modifiers: 0, levels: [] };
const twoLevel: KeyType = { modifiers: shift, levels: [entry(shift, 1)] };
const alphabetic: KeyType = { modifiers: shift | lock, levels: [entry(shift, 1), entry(lock, 1)] };
const keypad: KeyType = { modifiers: shift | num, levels: [entry(shift, 1), entry(num, 1)] };
const fourLevel: KeyType = {
  modifiers: shift | level3,
  levels: [entry(shift, 1), entry(level3, 2), entry(shift | level3, 3)],
};
const ctrlAlt: KeyType = { modifiers: control | mod1, levels: [entry(control | mod1, 1)] };
const TYPES = [oneLevel, twoLevel, alphabetic, keypad, fourLevel, ctrlAlt];

const key = (...groups: [KeyType, ...number[]][]): Key => ({
  groups: groups.map(([type, ...symbols]) => ({ type, symbols })),
  beyond: 'wrap',
});

const MODIFIER_KEYS: [keycode: number, keysym: number, mask: number][] = [
  [37, Keysym.controlL, control],
  [50, Keysym.shiftL, shift],
  [64, Keysym.altL, mod1],
  [66, Keysym.capsLock, lock],
  [77, Keysym.numLock, num],
  [92, Keysym.isoLevel3Shift, level3],
];

function keymapOf(keys: Record<number, Key>): Keymap {
  return {
    minKeycode: 8,
    maxKeycode: 255,
    keys: new Map([
      ...Object.entries(keys).map(([keycode, each]): [number, Key] => [Number(keycode), each]),
      ...MODIFIER_KEYS.map(([keycode, keysym]): [number, Key] => [keycode, key([oneLevel, keysym])]),
    ]),
    modifierKeys: new Map(MODIFIER_KEYS.map(([keycode, , mask]) => [keycode, mask])),
  };
}

const CYRILLIC_ES = 0x6d3;
const usAndRussian = keymapOf({
  10: key([twoLevel, 0x31, 0x21], [twoLevel, 0x31, 0x21]),
  23: key([twoLevel, 0xff09, 0xfe20]),
  54: key([alphabetic, 0x63, 0x43], [alphabetic, CYRILLIC_ES, 0x6f3]),
  67: key([ctrlAlt, 0xffbe, 0x1008fe01]),
  87: key([keypad, 0xff9c, 0xffb1]),
});
const french = keymapOf({
  10: key([fourLevel, 0x26, 0x31]),
  11: key([fourLevel, 0xe9, 0x32, 0x7e]),
  19: key([fourLevel, 0xe0, 0x30, 0x40]),
  34: key([twoLevel, 0xfe52, 0xfe57]),
  54: key([alphabetic, 0x63, 0x43]),
});

const idle: KeyboardState = {
  group: 0,
  modifiers: 0,
  baseModifiers: 0,
  latchedModifiers: 0,
  lockedModifiers: 0,
  ownModifiers: 0,
};
const holding = (modifiers: number, group = 0): KeyboardState => ({
  ...idle,
  group,
  modifiers,
  baseModifiers: modifiers,
  ownModifiers: modifiers,
});
const locked = (modifiers: number): KeyboardState => ({ ...idle, modifiers, lockedModifiers: modifiers });

const plan = (keymap: Keymap, state: KeyboardState, keysym: number) =>
  planKey(keymap, levelModifiers(keymap), state, keysym);

describe('the plan for a key', () => {
  it('presses what the layout has as it is', () => {
    assert.deepEqual(plan(usAndRussian, idle, 0x63), { keycode: 54, modifiers: 0, group: 0, changed: 0 });
  });

  it('adds Shift for a digit of the French layout, and AltGr for its at sign', () => {
    assert.deepEqual(plan(french, idle, 0x31), { keycode: 10, modifiers: shift, group: 0, changed: shift });
    assert.deepEqual(plan(french, idle, 0x40), { keycode: 19, modifiers: level3, group: 0, changed: level3 });
  });

  it('lets go of Shift for a sign that is unshifted here', () => {
    assert.deepEqual(plan(french, holding(shift), 0x26), {
      keycode: 10,
      modifiers: 0,
      group: 0,
      changed: shift,
    });
  });

  it('types small letters under Caps Lock with Shift, as a person would, and capitals without', () => {
    assert.deepEqual(plan(french, locked(lock), 0x63), {
      keycode: 54,
      modifiers: lock | shift,
      group: 0,
      changed: shift,
    });
    assert.equal(plan(french, locked(lock), 0x43)?.changed, 0);
  });

  it('knows that programs make É of é under Caps Lock though the key takes no notice of it', () => {
    assert.equal(plan(french, locked(lock), 0xe9)?.changed, lock);
    assert.equal(plan(french, locked(lock), 0xc9)?.keycode, 11);
  });

  it('changes the group for a letter of the other alphabet', () => {
    assert.deepEqual(plan(usAndRussian, idle, CYRILLIC_ES), {
      keycode: 54,
      modifiers: 0,
      group: 1,
      changed: 0,
    });
    assert.equal(plan(usAndRussian, idle, 0x1000441)?.group, 1, 'also as a Unicode keysym');
  });

  it('reaches the key of Latin c for Ctrl+C while the Cyrillic layout is active', () => {
    assert.deepEqual(plan(usAndRussian, holding(control, 1), 0x63), {
      keycode: 54,
      modifiers: control,
      group: 0,
      changed: 0,
    });
  });

  it('keeps Shift in Ctrl+Shift+C whatever the case of the letter', () => {
    for (const keysym of [0x63, 0x43])
      assert.equal(plan(usAndRussian, holding(control | shift), keysym)?.changed, 0);
  });

  it('presses Tab and F1 as keys, whatever is held', () => {
    assert.deepEqual(plan(usAndRussian, holding(shift), 0xff09)?.keycode, 23);
    assert.equal(plan(usAndRussian, holding(shift), 0xff09)?.changed, 0);
    assert.equal(plan(usAndRussian, holding(control | mod1), 0xffbe)?.changed, 0);
  });

  it('turns the keypad by Num Lock, not by Shift', () => {
    assert.equal(plan(usAndRussian, idle, 0xffb1)?.changed, num);
    assert.equal(plan(usAndRussian, locked(num), 0xff9c)?.changed, num);
    assert.equal(plan(usAndRussian, locked(num), 0xffb1)?.changed, 0);
  });

  it('never types a dead key for its sign', () => {
    assert.equal(plan(french, idle, 0x5e), undefined);
    assert.equal(plan(french, idle, 0xfe52)?.keycode, 34);
  });

  it('has none for what the layout lacks, and leaves out a modifier that it lacks', () => {
    assert.equal(plan(usAndRussian, idle, 0x10006f22), undefined);
    assert.equal(plan(usAndRussian, idle, Keysym.altR)?.keycode, 64);
    assert.equal(plan(usAndRussian, idle, Keysym.superR), undefined);
  });

  it('does not change what the hand of the customer holds', () => {
    const theirs: KeyboardState = { ...idle, modifiers: shift, baseModifiers: shift };
    assert.equal(plan(usAndRussian, theirs, 0x31), undefined);
    assert.equal(plan(usAndRussian, theirs, 0x21)?.changed, 0);
  });

  const symbol = fc.constantFrom(
    0,
    0x61,
    0x41,
    0x62,
    0x31,
    0xe9,
    0xc9,
    0xdf,
    0xff09,
    0xffb1,
    0xff9c,
    0x6c1,
    0xfe52,
    0x40,
  );
  const anyKey = fc
    .array(fc.tuple(fc.constantFrom(...TYPES), fc.array(symbol, { minLength: 1, maxLength: 4 })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((groups) => key(...groups.map(([type, symbols]): [KeyType, ...number[]] => [type, ...symbols])));
  const anyKeymap = fc
    .array(anyKey, { maxLength: 8 })
    .map((keys) => keymapOf(Object.fromEntries(keys.map((each, index) => [100 + index, each]))));
  const mask = fc.nat(255);
  const anyState = fc
    .record({ group: fc.nat(2), base: mask, own: mask, lockedModifiers: mask, latched: mask })
    .map(
      ({ group, base, own, lockedModifiers, latched }): KeyboardState => ({
        group,
        modifiers: base | lockedModifiers | (latched & 1),
        baseModifiers: base,
        latchedModifiers: latched & 1,
        lockedModifiers,
        ownModifiers: base & own,
      }),
    );

  it('makes the program read exactly the character, and moves nothing that is not ours to move', () => {
    fc.assert(
      fc.property(anyKeymap, anyState, symbol, (keymap, state, keysym) => {
        const levels = levelModifiers(keymap);
        const found = planKey(keymap, levels, state, keysym);
        if (!found || keysym === 0) return;
        const fixed = (state.baseModifiers & ~state.ownModifiers) | state.latchedModifiers;
        assert.equal(found.changed, found.modifiers ^ state.modifiers);
        assert.equal(found.changed & fixed, 0);
        assert.equal(found.changed & ~levels.all, 0);
        assert.equal(found.modifiers & ~state.modifiers & lock, 0, 'Caps Lock is never set');
        const isShortcut = (state.modifiers & ~levels.all) !== 0;
        if (kindOfKeysym(keysym) === 'function' || isShortcut) return;
        const pressed = keymap.keys.get(found.keycode)!;
        assert.equal(typedMeaning(pressed, found.group, found.modifiers), meaning(keysym));
      }),
      { numRuns: 2000 },
    );
  });

  it('changes nothing when some key gives the character as things stand', () => {
    fc.assert(
      fc.property(anyKeymap, anyState, (keymap, state) => {
        for (const each of keymap.keys.values()) {
          const typed = typedMeaning(each, state.group, state.modifiers);
          if (kindOfKeysym(typed) !== 'character') continue;
          const found = planKey(keymap, levelModifiers(keymap), state, typed);
          assert.deepEqual([found?.changed, found?.group], [0, state.group]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
