import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `layouts` as setxkbmap takes them: `fr`, `us,ru`. */
export async function setKeyboardLayout(display: string, layouts: string): Promise<void> {
  await run('setxkbmap', ['-display', display, '-layout', layouts, '-option', '']);
}

/** The keysyms that noVNC sends for a text: Latin-1 as it is, everything else as Unicode. */
export function keysymsOf(text: string): number[] {
  return Array.from(text, (character) => {
    const codePoint = character.codePointAt(0)!;
    return codePoint <= 0xff ? codePoint : 0x01000000 + codePoint;
  });
}
