/**
 * How to type a keysym on a given keyboard in its present state: which key to press, and what has to be changed
 * around the press so that programs read exactly this keysym. Pure.
 */
import {
  groupCount,
  groupOfKey,
  hasCase,
  isBaseSymbol,
  type Key,
  type Keymap,
  keycodeOfBaseSymbol,
  keysBearing,
  type LevelModifiers,
  Modifier,
  typedMeaning,
} from './keymap.ts';
import { Keysym, kindOfKeysym, lowerCased, meaning } from './keysym.ts';

/** What the keyboard says of itself now. Modifiers are bits, `group` is the effective layout. */
export interface KeyboardState {
  readonly group: number;
  readonly modifiers: number;
  /** Set by keys that are down, whoever holds them. */
  readonly baseModifiers: number;
  readonly latchedModifiers: number;
  readonly lockedModifiers: number;
  /** Set by keys that we hold ourselves, and so can let go for a moment. */
  readonly ownModifiers: number;
}

export interface KeyPlan {
  readonly keycode: number;
  /** Modifiers and group that must be in force during the press. As they are, when `changed` is 0 and the group the same. */
  readonly modifiers: number;
  readonly group: number;
  /** Bits of `modifiers` that differ from the present state. */
  readonly changed: number;
}

/** What a change around the press costs, so that the quietest way is chosen. */
const COST = { pressShift: 2, releaseShift: 4, level: 3, lock: 6, group: 16, otherKey: 1 };

/** Modifiers that a layout may lack, and what does their work. */
const STAND_INS: Readonly<Record<number, number>> = {
  [Keysym.shiftR]: Keysym.shiftL,
  [Keysym.controlR]: Keysym.controlL,
  [Keysym.altR]: Keysym.altL,
  [Keysym.superR]: Keysym.superL,
  [Keysym.metaL]: Keysym.altL,
  [Keysym.metaR]: Keysym.altL,
  [Keysym.hyperL]: Keysym.superL,
  [Keysym.hyperR]: Keysym.superL,
};

/**
 * Answers `undefined` when no key of this layout gives the keysym (it must be lent a spare key then,
 * except a modifier, which is better left out).
 * `hint`: the keycode that the viewer's physical key would have, preferred when several keys serve as well; 0 for none.
 */
export function planKey(
  keymap: Keymap,
  levels: LevelModifiers,
  state: KeyboardState,
  keysym: number,
  hint = 0,
): KeyPlan | undefined {
  const asItIs = (keycode: number): KeyPlan => ({
    keycode,
    modifiers: state.modifiers,
    group: state.group,
    changed: 0,
  });
  const kind = kindOfKeysym(keysym);
  if (kind === 'modifier') {
    const keycode =
      keycodeOfBaseSymbol(keymap, state.group, keysym) ??
      keycodeOfBaseSymbol(keymap, state.group, STAND_INS[keysym] ?? keysym);
    return keycode === undefined ? undefined : asItIs(keycode);
  }
  const search = new PlanSearch(keymap, levels, state, hint);
  if (kind === 'function') {
    // Shift+Tab and Ctrl+Alt+F1 carry other symbols on those keys; what is meant is the key.
    const exact = search.cheapest(keysym, 0);
    if (exact && exact.group === state.group) return exact;
    const hinted = keymap.keys.get(hint);
    if (hinted && isBaseSymbol(hinted, state.group, keysym)) return asItIs(hint);
    const keycode = keycodeOfBaseSymbol(keymap, state.group, keysym);
    return keycode === undefined ? search.cheapest(keysym, levels.all) : asItIs(keycode);
  }
  if (kind === 'keypad') {
    // Shift would turn the half of the keypad as well, but Shift+End selects text.
    return search.cheapest(keysym, levels.num) ?? search.cheapest(keysym, levels.all);
  }
  const isShortcut = (state.modifiers & ~levels.all) !== 0;
  if (isShortcut && hasCase(keysym)) {
    // In Ctrl+Shift+C the case of the letter says nothing: Shift is what the viewer holds.
    const letter = search.cheapest(keysym, levels.level3 | levels.level5 | levels.num, true);
    if (letter) return letter;
  }
  return search.cheapest(keysym, levels.all);
}

class PlanSearch {
  readonly #keymap: Keymap;
  readonly #levels: LevelModifiers;
  readonly #state: KeyboardState;
  readonly #hint: number;
  readonly #fixed: number;

  constructor(keymap: Keymap, levels: LevelModifiers, state: KeyboardState, hint: number) {
    this.#keymap = keymap;
    this.#levels = levels;
    this.#state = state;
    this.#hint = hint;
    // A modifier that the customer's own hand holds, or that is latched, stays whatever we do.
    this.#fixed = (state.baseModifiers & ~state.ownModifiers) | state.latchedModifiers;
  }

  /** The plan with the least change, changing only modifiers in `allowed`. */
  cheapest(keysym: number, allowed: number, ignoreCase = false): KeyPlan | undefined {
    const { group: presentGroup } = this.#state;
    const wanted = ignoreCase ? meaning(lowerCased(keysym)) : meaning(keysym);
    const others = Array.from({ length: groupCount(this.#keymap) }, (_, group) => group);
    let best: KeyPlan | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    for (const group of new Set([presentGroup, ...others]))
      for (const keycode of keysBearing(this.#keymap, keysym)) {
        const key = this.#keymap.keys.get(keycode)!;
        for (const modifiers of this.#choices(key, group, allowed)) {
          const typed = typedMeaning(key, group, modifiers);
          if ((ignoreCase ? meaning(lowerCased(typed)) : typed) !== wanted) continue;
          const changed = modifiers ^ this.#state.modifiers;
          const cost = this.#cost(keycode, group, changed);
          if (cost >= bestCost) continue;
          best = { keycode, modifiers, group, changed };
          bestCost = cost;
        }
      }
    return best;
  }

  /** Every state of the modifiers that this key looks at, as far as we may change them; the present one first. */
  *#choices(key: Key, group: number, allowed: number): Generator<number> {
    const keyGroup = groupOfKey(key, group);
    if (!keyGroup) return;
    const present = this.#state.modifiers;
    const free = allowed & (keyGroup.type.modifiers | Modifier.lock) & ~this.#fixed;
    // Walks all subsets of `free`: flips none first, then each combination.
    let flips = 0;
    do {
      // Caps Lock is only ever taken away: no key needs it.
      if (!(flips & ~present & Modifier.lock)) yield present ^ flips;
      flips = (flips - free) & free;
    } while (flips !== 0);
  }

  #cost(keycode: number, group: number, changed: number): number {
    const { modifiers, lockedModifiers, group: presentGroup } = this.#state;
    let cost = keycode === this.#hint ? 0 : COST.otherKey;
    if (group !== presentGroup) cost += COST.group;
    if (changed & Modifier.shift) cost += modifiers & Modifier.shift ? COST.releaseShift : COST.pressShift;
    if (changed & (this.#levels.level3 | this.#levels.level5)) cost += COST.level;
    if (changed & (Modifier.lock | this.#levels.num | lockedModifiers)) cost += COST.lock;
    return cost;
  }
}
