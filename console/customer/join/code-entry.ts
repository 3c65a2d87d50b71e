/** Digits of the scripts that keyboards and phones produce beside ASCII: the first digit of each block of ten. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0xff10];

const CODE_DIGITS = 9;

/** The digits in what was typed or pasted, at most nine, as ASCII: `Code: 123 456-789` -> `123456789`. */
export function digitsOf(typed: string): string {
  return Array.from(typed, asDigit).join('').slice(0, CODE_DIGITS);
}

function asDigit(character: string): string {
  if (character >= '0' && character <= '9') return character;
  const point = character.codePointAt(0) ?? 0;
  const zero = ZEROS.find((start) => point >= start && point < start + 10);
  return zero === undefined ? '' : String(point - zero);
}

export const isWholeCode = (digits: string): boolean => digits.length === CODE_DIGITS;

/** As it stands in the field while it grows: `1234` -> `123-4`. No dash at the end, so that Backspace always takes a digit. */
export function groupDigits(digits: string): string {
  return digits.replace(/(\d{3})(?=\d)/g, '$1-');
}

/**
 * The field after an edit: its text, and where the caret goes so that it stays behind the same digit.
 * `caret` counts UTF-16 units of `typed`.
 */
export function editCode(typed: string, caret: number): { text: string; caret: number } {
  const text = groupDigits(digitsOf(typed));
  const digitsBefore = digitsOf(typed.slice(0, caret)).length;
  if (digitsBefore === 0) return { text, caret: 0 };
  const dashesBefore = Math.floor((digitsBefore - 1) / 3);
  return { text, caret: digitsBefore + dashesBefore };
}

/** The code in `/join#123456789`. Behind `#`, because that part of an address never reaches a server or its log. */
export function codeInFragment(fragment: string): string | undefined {
  const bare = fragment.replace(/^#/, '').replace(/%20|[\s-]/g, '');
  return /^\d{9}$/.test(bare) ? bare : undefined;
}
