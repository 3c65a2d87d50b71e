import { KEY } from './keysyms.ts';
import { ALT, CTRL, type KeyPress } from './viewer.ts';

/** Keys that the technician's own system keeps for itself, by the names on the keyboard. */
export const SPECIAL_KEYS: readonly { id: string; label: string; keys: readonly KeyPress[] }[] = [
  { id: 'ctrl-alt-del', label: 'Ctrl Alt Del', keys: [CTRL, ALT, { keysym: KEY.delete, code: 'Delete' }] },
  { id: 'alt-tab', label: 'Alt Tab', keys: [ALT, { keysym: KEY.tab, code: 'Tab' }] },
  { id: 'alt-f4', label: 'Alt F4', keys: [ALT, { keysym: KEY.f4, code: 'F4' }] },
  { id: 'super', label: 'Super', keys: [{ keysym: KEY.super, code: 'MetaLeft' }] },
  { id: 'ctrl-esc', label: 'Ctrl Esc', keys: [CTRL, { keysym: KEY.escape, code: 'Escape' }] },
  { id: 'escape', label: 'Esc', keys: [{ keysym: KEY.escape, code: 'Escape' }] },
  { id: 'print-screen', label: 'Print Screen', keys: [{ keysym: KEY.print, code: 'PrintScreen' }] },
];
