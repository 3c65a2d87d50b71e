import { fromBase64, toBase64 } from './base64.ts';
import { toHex } from './hex.ts';
import { type Sha256, sameBytes } from './merkle.ts';

/** Ed25519 (RFC 8032): whether `signature` (64 bytes) over `message` was made with the key whose public half is `key` (32 bytes). */
export type VerifySignature = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
/** Ed25519: 64 bytes. */
export type Sign = (message: Uint8Array) => Uint8Array;

/** A key that signs notes, as others know it. */
export interface NoteKey {
  readonly name: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface SignedNote {
  /** With the line's end that closes it. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** 4 bytes: which key of that name. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

const ED25519 = 1;
const KEY_ID_BYTES = 4;
const MAX_NOTE_CHARACTERS = 100_000;
const utf8 = new TextEncoder();

/** Signs `text`, which ends with a line's end and has no empty line at its end (C2SP signed-note). */
export function signNote(text: string, key: NoteKey, sign: Sign, sha256: Sha256): string {
  const signature = sign(utf8.encode(text));
  return `${text}\n— ${key.name} ${toBase64(joined(keyId(key, sha256), signature))}\n`;
}

/** @returns `undefined` for what is not a signed note. Nothing is verified yet. */
export function parseNote(note: string): SignedNote | undefined {
  if (note.length > MAX_NOTE_CHARACTERS) return undefined;
  const end = note.lastIndexOf('\n\n');
  if (end === -1 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(end + 2, -1).split('\n');
  const signatures = lines.map(parseSignature);
  if (!signatures.every((signature) => signature !== undefined)) return undefined;
  return { text: note.slice(0, end + 1), signatures };
}

/** Whether `key` signed the note. Signatures of other keys are nobody's business here. */
export function isSignedBy(
  { text, signatures }: SignedNote,
  key: NoteKey,
  { sha256, verify }: { sha256: Sha256; verify: VerifySignature },
): boolean {
  const id = keyId(key, sha256);
  return signatures.some(
    (signature) =>
      signature.name === key.name &&
      sameBytes(signature.keyId, id) &&
      verify(key.publicKey, utf8.encode(text), signature.signature),
  );
}

/** A key as one line of text: `name+hash+base64` (C2SP signed-note, "verifier key"). */
export function keyText(key: NoteKey, sha256: Sha256): string {
  const id = toHex(keyId(key, sha256));
  return `${key.name}+${id}+${toBase64(joined(Uint8Array.of(ED25519), key.publicKey))}`;
}

/** @returns `undefined` for what is not an Ed25519 verifier key, or whose hash does not fit. */
export function parseKeyText(text: string, sha256: Sha256): NoteKey | undefined {
  const [, name, , encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || bytes?.length !== 33 || bytes[0] !== ED25519) return undefined;
  const key = { name, publicKey: bytes.slice(1) };
  return keyText(key, sha256) === text.trim() ? key : undefined;
}

function keyId({ name, publicKey }: NoteKey, sha256: Sha256): Uint8Array {
  const named = joined(utf8.encode(`${name}\n`), Uint8Array.of(ED25519), publicKey);
  return sha256(named).slice(0, KEY_ID_BYTES);
}

function parseSignature(line: string): NoteSignature | undefined {
  const [, name, encoded] = /^— ([^\s+]+) (\S+)$/.exec(line) ?? [];
  const bytes = fromBase64(encoded ?? '');
  if (name === undefined || bytes === undefined || bytes.length <= KEY_ID_BYTES) return undefined;
  return { name, keyId: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
