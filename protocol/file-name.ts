/** What the file systems of Linux, Windows and macOS all take for one name. */
export const MAX_FILE_NAME_BYTES = 255;
const MAX_EXTENSION_BYTES = 40;
const NAMELESS = 'file';

const SEPARATORS = /[/\\]/;
/** Not allowed in names on Windows; harmless characters that look alike take their place nowhere: they become `_`. */
const RESERVED_CHARACTERS = /[<>:"|?*]/g;
/**
 * Control and format characters, which hide or reorder what is read (U+202E makes `exe.txt` of `txt.exe`), line and
 * paragraph separators, private use and unassigned code points, and lone surrogates.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Device names on Windows, alone or before any extension; with the superscript digits that it takes for digits. */
const DEVICE_NAME = /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9¹²³])\s*(\.|$)/i;

const encoder = new TextEncoder();

/**
 * Makes of any string, however hostile, one name that every system stores as one ordinary visible file in the folder
 * where it is put. `changed` is true when the sender's name was another. Applied again it changes nothing.
 */
export function safeFileName(hostile: string): { name: string; changed: boolean } {
  const last = hostile.toWellFormed().split(SEPARATORS).at(-1)!;
  // NFC: macOS sends `é` as two code points, and then two files would look as one. What stood between them is gone by then.
  const visible = last.replace(INVISIBLE, '').normalize('NFC').replace(RESERVED_CHARACTERS, '_');
  let name = shortened(trimmed(visible)) || NAMELESS;
  // As it was cut: spaces may have stood behind it, which the systems drop.
  if (DEVICE_NAME.test(name)) name = shortened(`_${name}`);
  return { name, changed: name !== hostile };
}

/** `report.tar.gz`, 2 -> `report (2).tar.gz`, still within the limit. */
export function numberedFileName(name: string, number: number): string {
  const { stem, extension } = splitExtension(name);
  const suffix = ` (${number})`;
  return (
    cutToBytes(stem, MAX_FILE_NAME_BYTES - byteLength(suffix) - byteLength(extension)) + suffix + extension
  );
}

/** Windows drops dots and spaces at the end by itself; a dot in front would hide the file on Linux. */
function trimmed(name: string): string {
  return name.replace(/^[\s.]+/u, '').replace(/[\s.]+$/u, '');
}

function shortened(name: string): string {
  if (byteLength(name) <= MAX_FILE_NAME_BYTES) return name;
  const { stem, extension } = splitExtension(name);
  // A letter under hundreds of accents does not fit at all; an extension alone would be a hidden file.
  return (trimmed(cutToBytes(stem, MAX_FILE_NAME_BYTES - byteLength(extension))) || NAMELESS) + extension;
}

/** The extension with its dot: what systems choose a program by, so it is kept when a name is cut. */
function splitExtension(name: string): { stem: string; extension: string } {
  const extension = /(?:\.tar)?\.[^.\s]+$/i.exec(name)?.[0] ?? '';
  if (extension.length === name.length || byteLength(extension) > MAX_EXTENSION_BYTES)
    return { stem: name, extension: '' };
  return { stem: name.slice(0, name.length - extension.length), extension };
}

/** Cuts at whole characters, so that no accent is left without its letter. */
export function cutToBytes(text: string, maxBytes: number): string {
  let cut = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += byteLength(segment);
    if (bytes > maxBytes) break;
    cut += segment;
  }
  return cut;
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}
