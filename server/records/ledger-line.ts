import { z } from 'zod';
import { toBase64 } from '../../protocol/proof/base64.ts';
import { parseLeafRanges } from '../../protocol/proof/leaf-ranges.ts';
import { Instant } from '../../protocol/text.ts';
import { type LogSigner, sha256, verifySignature } from './transparency/node-crypto.ts';

const Deletion = z.strictObject({
  at: Instant,
  /** Which rule or decision; a name, never a person's. */
  rule: z.string().regex(/^[^{}\n]{1,200}$/),
  /** Of the log, as "0-199,205"; a leaf is its entry's `seq` less one. */
  leaves: z.string().refine((text) => (parseLeafRanges(text)?.length ?? 0) > 0),
});
const Era = z.number().int().min(0);
/** From here on leaves are those of `era`, which goes on from a backup of another era, with as many leaves. */
const Restored = z.strictObject({
  at: Instant,
  era: Era,
  restoredEra: Era,
  restoredSize: z.number().int().min(0),
});
const Line = z.union([Deletion, Restored]);
export type Restored = z.infer<typeof Restored>;
export type Deletion = z.infer<typeof Deletion>;
export type LedgerLine = z.infer<typeof Line>;

/** A line as it stands in the file. */
export interface WrittenLine {
  readonly line: LedgerLine;
  /** @param before the whole line before it, as it stands in the file; empty for the first. */
  isSignedBy(key: Uint8Array, before: string): boolean;
}

const SIGNED = /^(.*),"signature":"([A-Za-z0-9+/]{86}==)"\}$/;

/** What a key of the log signs: the line and, through its hash, the one before it, and so all of them in their order. */
const signedText = (said: string, before: string): Buffer =>
  Buffer.from(`countersign deletion ledger v1\n${toBase64(sha256(Buffer.from(before)))}\n${said}\n`);

export function writeLine(line: LedgerLine, before: string, signer: LogSigner): string {
  const said = JSON.stringify(Line.parse(line));
  return `${said.slice(0, -1)},"signature":"${toBase64(signer.sign(signedText(said, before)))}"}`;
}

/** `undefined` for what `writeLine` would not write. */
export function readLine(text: string): WrittenLine | undefined {
  const [, start, base64 = ''] = SIGNED.exec(text) ?? [];
  const said = `${start}}`;
  const { data } = Line.safeParse(parseJson(said));
  const signature = Buffer.from(base64, 'base64');
  // Base64 in the one way to write it: no bit of the text goes unread.
  if (data === undefined || signature.toString('base64') !== base64) return undefined;
  return {
    line: data,
    isSignedBy: (key, before) => verifySignature(key, signedText(said, before), signature),
  };
}

/** No line has a brace before its end: this one is whole. */
export const isWhole = (text: string): boolean => text.endsWith('}');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
