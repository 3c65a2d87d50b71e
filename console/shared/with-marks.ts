/** U+2400 and what follows it picture the control characters. */
const PICTURES = 0x2400;
const PICTURE_OF_DELETE = '\u2421';
const MARK = '\uFFFD';

/** A text from elsewhere, to be read here, or before it is copied: what would hide or turn round a part of it is shown as a mark. */
export const withMarks = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\t\n]/gu, pictured)
    // All that writing needs of them are joiners and the marks of direction.
    .replace(/[^\P{Cf}\u200C-\u200F]/gu, MARK)
    .replace(/[\u2028\u2029]/g, MARK);

function pictured(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(PICTURES + code);
  return code === 0x7f ? PICTURE_OF_DELETE : MARK;
}
