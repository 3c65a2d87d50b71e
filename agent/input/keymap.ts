/**
 * A keyboard map as XKB describes it (X Keyboard Extension 1.0, chapters 7 and 12): which symbol a key gives
 * in a group (layout) under a set of modifiers. Pure, so that everything built on it can be tested without a display.
 */
import { Keysym, lowerCased, meaning, NO_SYMBOL, upperCased } from './keysym.ts';

/** Real modifiers, as bits of the key event's state. */
export const Modifier = { shift: 1, lock: 2, control: 4, mod1: 8, mod2: 16, mod3: 32, mod4: 64, mod5: 128 };

export interface KeyType {
  /** The modifiers that this type looks at. */
  readonly modifiers: number;
  /** Any other combination of them is level 0. `preserved` modifiers still act on what the level gives. */
  readonly levels: readonly {
    readonly modifiers: number;
    readonly level: number;
    readonly preserved: number;
  }[];
}

export interface KeyGroup {
  readonly type: KeyType;
  /** Keysyms by level. */
  readonly symbols: readonly number[];
}

export interface Key {
  readonly groups: readonly KeyGroup[];
  /** What an effective group beyond this key's groups means. */
  readonly beyond: 'wrap' | 'clamp' | { readonly redirect: number };
}

export interface Keymap {
  readonly minKeycode: number;
  readonly maxKeycode: number;
  readonly keys: ReadonlyMap<number, Key>;
  /** Keycode to the modifiers that it sets while it is down. */
  readonly modifierKeys: ReadonlyMap<number, number>;
}

/** The modifiers that only choose a level, and so may be changed around a press. */
export interface LevelModifiers {
  readonly num: number;
  readonly level3: number;
  readonly level5: number;
  readonly all: number;
}

export function groupOfKey(key: Key, group: number): KeyGroup | undefined {
  const count = key.groups.length;
  if (group < count) return key.groups[group];
  if (key.beyond === 'wrap') return key.groups[group % count];
  if (key.beyond === 'clamp') return key.groups[count - 1];
  return key.groups[key.beyond.redirect] ?? key.groups[0];
}

/** The meaning of a press of this key, `NO_SYMBOL` when it has none. */
export function typedMeaning(key: Key, group: number, modifiers: number): number {
  const keyGroup = groupOfKey(key, group);
  if (!keyGroup) return NO_SYMBOL;
  const { type, symbols } = keyGroup;
  const level = type.levels.find((entry) => (modifiers & type.modifiers) === entry.modifiers);
  const symbol = symbols[level?.level ?? 0] ?? NO_SYMBOL;
  const consumed = type.modifiers & ~(level?.preserved ?? 0);
  return meaning(modifiers & Modifier.lock & ~consumed ? upperCased(symbol) : symbol);
}

/** `true` when the key has this keysym unshifted in that group. */
export function isBaseSymbol(key: Key, group: number, keysym: number): boolean {
  return meaning(groupOfKey(key, group)?.symbols[0] ?? NO_SYMBOL) === meaning(keysym);
}

const indexes = new WeakMap<Keymap, Map<number, number[]>>();

/** The keycodes that bear this keysym, or the other case of it, on any level of any group. */
export function keysBearing(keymap: Keymap, keysym: number): readonly number[] {
  let index = indexes.get(keymap);
  if (!index) {
    index = new Map();
    for (const [keycode, key] of keymap.keys) {
      const symbols = key.groups.flatMap((group) => group.symbols);
      for (const symbol of new Set(symbols.map((each) => meaning(lowerCased(each)))))
        index.set(symbol, [...(index.get(symbol) ?? []), keycode]);
    }
    indexes.set(keymap, index);
  }
  return index.get(meaning(lowerCased(keysym))) ?? [];
}

export function hasCase(keysym: number): boolean {
  return meaning(lowerCased(keysym)) !== meaning(upperCased(keysym));
}

/** The keycode that gives a keysym with nothing held, in the current group or else in any. */
export function keycodeOfBaseSymbol(keymap: Keymap, group: number, keysym: number): number | undefined {
  for (const candidate of new Set([group, 0, 1, 2, 3]))
    for (const keycode of keysBearing(keymap, keysym))
      if (isBaseSymbol(keymap.keys.get(keycode)!, candidate, keysym)) return keycode;
  return undefined;
}

export function levelModifiers(keymap: Keymap): LevelModifiers {
  const maskOf = (keysym: number) => {
    const keycode = keycodeOfBaseSymbol(keymap, 0, keysym);
    return keycode === undefined ? 0 : (keymap.modifierKeys.get(keycode) ?? 0);
  };
  const num = maskOf(Keysym.numLock);
  const level3 = maskOf(Keysym.isoLevel3Shift);
  const level5 = maskOf(Keysym.isoLevel5Shift);
  return { num, level3, level5, all: Modifier.shift | Modifier.lock | num | level3 | level5 };
}

/** How many groups the widest key has. */
export function groupCount(keymap: Keymap): number {
  let count = 1;
  for (const key of keymap.keys.values()) count = Math.max(count, key.groups.length);
  return count;
}

/** Keycodes that mean nothing on this keyboard: free to be lent to characters that the layout lacks. */
export function spareKeycodes(keymap: Keymap): number[] {
  const spare: number[] = [];
  for (let keycode = keymap.maxKeycode; keycode >= keymap.minKeycode; keycode--) {
    const symbols = keymap.keys.get(keycode)?.groups.flatMap((group) => group.symbols) ?? [];
    if (symbols.every((symbol) => symbol === NO_SYMBOL) && !keymap.modifierKeys.has(keycode))
      spare.push(keycode);
  }
  return spare;
}
