/**
 * X11 keysyms as meaning: which character a keysym stands for, and how it has to be treated when it is typed.
 * One character may have several keysyms (`Cyrillic_a` and `U0430`), so keysyms are compared by `meaning`.
 */
import { createRequire } from 'node:module';

// CommonJS with exports that are getters: see platform/x11/display.ts.
const { keySyms } = createRequire(import.meta.url)('x11') as typeof import('x11');

export const NO_SYMBOL = 0;

export const Keysym = {
  isoLevel3Shift: 0xfe03,
  isoLevel5Shift: 0xfe11,
  modeSwitch: 0xff7e,
  numLock: 0xff7f,
  shiftL: 0xffe1,
  shiftR: 0xffe2,
  controlL: 0xffe3,
  controlR: 0xffe4,
  capsLock: 0xffe5,
  metaL: 0xffe7,
  metaR: 0xffe8,
  altL: 0xffe9,
  altR: 0xffea,
  superL: 0xffeb,
  superR: 0xffec,
  hyperL: 0xffed,
  hyperR: 0xffee,
} as const;

/**
 * `character`: what is meant is the sign, whatever keys it takes. `keypad`: the key and its Num Lock half are meant.
 * `function`: the key is meant (Tab, F1), with whatever modifiers are held. `modifier`: Shift, Control and the like.
 */
export type KeysymKind = 'character' | 'keypad' | 'function' | 'modifier';

export function kindOfKeysym(keysym: number): KeysymKind {
  if (isModifierKeysym(keysym)) return 'modifier';
  if (keysym >= 0xff80 && keysym <= 0xffbd) return 'keypad';
  if (codePointOf(keysym) !== undefined || isDeadKey(keysym)) return 'character';
  return 'function';
}

function isModifierKeysym(keysym: number): boolean {
  return (
    (keysym >= Keysym.shiftL && keysym <= Keysym.hyperR) ||
    (keysym >= 0xfe01 && keysym <= 0xfe13) || // ISO_Lock to ISO_Level5_Lock
    keysym === Keysym.modeSwitch ||
    keysym === Keysym.numLock
  );
}

function isDeadKey(keysym: number): boolean {
  return keysym >= 0xfe50 && keysym <= 0xfe93;
}

const UNICODE_KEYSYMS = 0x01000000;

/** Keysyms older than Unicode, from the table in keysymdef.h, which names the character of each. */
const LEGACY_CODE_POINTS: ReadonlyMap<number, number> = new Map(
  Object.values(keySyms).flatMap(({ code, description }): [number, number][] => {
    const character = /^\((\P{Cc})\) /u.exec(description ?? '')?.[1];
    return character && code > 0xff && code < 0xfe00 ? [[code, character.codePointAt(0)!]] : [];
  }),
);

/** The Unicode code point that a keysym types, if it types one. */
export function codePointOf(keysym: number): number | undefined {
  if ((keysym >= 0x20 && keysym <= 0x7e) || (keysym >= 0xa0 && keysym <= 0xff)) return keysym;
  if (keysym >= UNICODE_KEYSYMS + 0x20 && keysym <= UNICODE_KEYSYMS + 0x10ffff)
    return keysym - UNICODE_KEYSYMS;
  return LEGACY_CODE_POINTS.get(keysym);
}

/** The same number for every keysym of one character; other keysyms mean themselves. */
export function meaning(keysym: number): number {
  const codePoint = codePointOf(keysym);
  return codePoint === undefined ? keysym : UNICODE_KEYSYMS + codePoint;
}

/** What Caps Lock makes of a keysym when the key itself takes no notice of it (XKB 1.0, 12.1.2). */
export function upperCased(keysym: number): number {
  return cased(keysym, (text) => text.toUpperCase());
}

export function lowerCased(keysym: number): number {
  return cased(keysym, (text) => text.toLowerCase());
}

function cased(keysym: number, change: (text: string) => string): number {
  const codePoint = codePointOf(keysym);
  if (codePoint === undefined) return keysym;
  const changed = change(String.fromCodePoint(codePoint));
  const first = changed.codePointAt(0)!;
  // `ß` becomes two letters: no keysym types that, so it stays.
  const isOneCharacter = changed.length === (first > 0xffff ? 2 : 1);
  return isOneCharacter && first !== codePoint ? UNICODE_KEYSYMS + first : keysym;
}
