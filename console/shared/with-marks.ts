/** U+2400 and what follows it picture the control characters. */
const PICTURES = 0x2400;
const PICTURE_OF_DELETE = '\u2421';
const MARK = '\uFFFD';

/** Joiners and marks of direction; what writing needs of the rest: a hyphen that may show within a word, ... */
const SENSIBLE = [
  /[\u200C-\u200F\u061C]/u,
  /(?<=\p{L})\u00AD(?=\p{L})/u,
  // ... a name set off from what is around it, to its end in the same line, but nothing that turns it round, ...
  /[\u2066\u2068](?=[^\u2066-\u2069\n]*\u2069)/u,
  /(?<=[\u2066\u2068][^\u2066-\u2069\n]*)\u2069/u,
  // ... one choice of how the character before it looks, ...
  /(?<=[^\p{DI}\s])[\u180B-\u180D\u180F\uFE00-\uFE0F]/u,
  /(?<=\p{Script=Han})[\u{E0100}-\u{E01EF}]/u,
  // ... the flags of England, Scotland and Wales (Unicode, emoji tag sequences), the only ones of their kind that are shown, ...
  /\u{1F3F4}\u{E0067}\u{E0062}(?:\u{E0065}\u{E006E}\u{E0067}|\u{E0073}\u{E0063}\u{E0074}|\u{E0077}\u{E006C}\u{E0073})\u{E007F}/u,
  // ... and parts of letters.
  /[\u034F\u115F\u1160\u17B4\u17B5]/u,
];
/** All else that is not seen itself (Default_Ignorable_Code_Point), ends a line unseen, or hides what stands in it. */
const HIDES = /([\p{DI}\u2028\u2029\uFFF9-\uFFFB])/u;
const UNSEEN = new RegExp([...SENSIBLE, HIDES].map(({ source }) => source).join('|'), 'gu');

/** A text from elsewhere, to be read here, or before it is copied: what would hide or turn round a part of it is shown as a mark. */
export const withMarks = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\t\n]/gu, pictured)
    .replace(UNSEEN, (found, hides?: string) => (hides === undefined ? found : MARK));

function pictured(control: string): string {
  const code = control.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(PICTURES + code);
  return code === 0x7f ? PICTURE_OF_DELETE : MARK;
}
