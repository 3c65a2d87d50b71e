/** X11 keysyms (RFC 6143 7.5.4) of keys that menus and typed text need, with the DOM code of the key. */
export const KEY = {
  return: 0xff0d,
  tab: 0xff09,
  escape: 0xff1b,
  delete: 0xffff,
  print: 0xff61,
  control: 0xffe3,
  alt: 0xffe9,
  shift: 0xffe1,
  super: 0xffeb,
  f4: 0xffc1,
  f1: 0xffbe,
  backspace: 0xff08,
} as const;

/**
 * The keysyms that write `text`, whatever the layouts of the two computers: Latin-1 as itself, everything else as
 * Unicode keysym (0x01000000 + code point). Line ends become Return; other control characters are left out.
 */
export function keysymsOf(text: string): number[] {
  const keysyms: number[] = [];
  for (const character of text.replace(/\r\n?/g, '\n')) {
    const point = character.codePointAt(0)!;
    if (character === '\n') keysyms.push(KEY.return);
    else if (character === '\t') keysyms.push(KEY.tab);
    else if (point < 0x20 || (point >= 0x7f && point < 0xa0)) continue;
    else keysyms.push(point <= 0xff ? point : 0x01000000 + point);
  }
  return keysyms;
}
