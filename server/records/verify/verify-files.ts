import { open } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  demandInLog,
  openCheckpoint,
  type ProofCrypto,
  ProofProblem,
} from '../../../protocol/proof/proven-entry.ts';
import { checkReceipt } from '../../../protocol/proof/receipt.ts';
import { checkSignatures, entriesOf } from '../../../protocol/proof/receipt-signatures.ts';
import { keyText, type NoteKey } from '../../../protocol/proof/signed-note.ts';
import {
  type MissingEntry,
  missingEntries,
  type PlacedEntry,
} from '../../../protocol/proof/whole-session.ts';
import { EXPORT_FORMAT, ProvenExportHead, ProvenExportLine } from '../../../protocol/proven-export.ts';
import { Receipt } from '../../../protocol/receipt.ts';
import type { Entry } from '../../../protocol/record.ts';
import { foldSession } from '../../../protocol/session-fold.ts';
import { goesEarly } from '../../../protocol/session-numbering.ts';
import { sha256, verifySignature } from '../transparency/node-crypto.ts';
import { contradictions, signedSentences } from './signature-sentences.ts';

const CRYPTO: ProofCrypto = { sha256, verify: verifySignature };

/** What was right, as a sentence. */
export interface FileVerdict {
  readonly sentence: string;
  /** What else there is to know of it, a sentence each. */
  readonly more: readonly string[];
  /** The key that signed, as one line of text. */
  readonly key: string;
}

/**
 * Checks a receipt or an export with proofs, by what the file itself holds and nothing else.
 * @throws ProofProblem with the first thing that is wrong.
 */
export async function verifyFile(path: string, trusted?: NoteKey): Promise<FileVerdict> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw new ProofProblem(`${path} cannot be opened (${error.code}).`);
  });
  try {
    const lines = file.readLines();
    const iterator = lines[Symbol.asyncIterator]();
    const first = await iterator.next();
    const head = first.done ? undefined : parsed(first.value);
    if (isObject(head) && head.format === EXPORT_FORMAT) return await verifyExport(head, iterator, trusted);
    // A receipt may be printed over many lines.
    let text = first.done ? '' : first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next())
      text += `\n${next.value}`;
    return verifyReceiptText(text, trusted);
  } finally {
    await file.close();
  }
}

async function verifyReceiptText(text: string, trusted: NoteKey | undefined): Promise<FileVerdict> {
  const receipt = Receipt.safeParse(parsed(text));
  if (!receipt.success)
    throw new ProofProblem(
      'This is neither a receipt nor an export with proofs, or it was changed beyond reading.',
    );
  const { checkpoint, key, entries, missing } = checkReceipt(CRYPTO, receipt.data, trusted);
  const [first, last] = [entries[0]?.at, entries.at(-1)?.at];
  const accounts = await checkSignatures(CRYPTO, entriesOf(receipt.data));
  const wrong = contradictions(accounts);
  if (wrong.length > 0)
    throw new ProofProblem(
      `The log holds these entries word for word, but they are not what was signed.\n${wrong.join('\n')}`,
    );
  return {
    more: [...missingSentence(missing), ...signedSentences(accounts)],
    sentence: `The receipt is right: all ${entries.length} entries of session ${receipt.data.sessionId}, from ${first} to ${last}, are word for word in the log ${checkpoint.origin} of ${checkpoint.size} entries.`,
    key: keyText(key, sha256),
  };
}

function missingSentence(missing: readonly MissingEntry[]): string[] {
  if (missing.length === 0) return [];
  const which = missing.map(
    ({ ordinal, type, from, to }) => `${ordinal} (${type}, written between ${from} and ${to})`,
  );
  return [
    `Not in it, as receipts may leave such out: ${missing.length === 1 ? 'entry' : 'entries'} ${which.join(', ')}.`,
  ];
}

async function verifyExport(
  head: unknown,
  lines: AsyncIterator<string>,
  trusted: NoteKey | undefined,
): Promise<FileVerdict> {
  const parsedHead = ProvenExportHead.safeParse(head);
  if (!parsedHead.success) throw new ProofProblem('Line 1 of the export cannot be read.');
  const { madeAt } = parsedHead.data;
  let sessions = 0;
  let entries = 0;
  let signed: { key: NoteKey; origin: string } | undefined;
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    const line = ProvenExportLine.safeParse(parsed(next.value));
    if (!line.success) throw new ProofProblem(`Line ${sessions + 2} of the export cannot be read.`);
    const { key, ...checkpoint } = openCheckpoint(CRYPTO, line.data.checkpoint, trusted);
    if (signed !== undefined && signed.origin !== checkpoint.origin)
      throw new ProofProblem(`Line ${sessions + 2} of the export is of another log than the lines before.`);
    signed = { key, origin: checkpoint.origin };
    for (const proven of line.data.entries) demandInLog(CRYPTO, checkpoint, proven);
    demandWhole(line.data);
    demandFold(line.data);
    sessions += 1;
    entries += line.data.entries.length;
  }
  if (signed === undefined)
    throw new ProofProblem('The export holds no session, so there is nothing to check.');
  return {
    more: [],
    sentence: `The export of ${madeAt} is right: ${sessions} sessions say what their ${entries} entries say, and these are word for word in the log ${signed.origin}.`,
    key: keyText(signed.key, sha256),
  };
}

/** All of the session's entries up to the last one here, but for what retention deletes before the rest. */
function demandWhole({ record, entries }: ProvenExportLine): void {
  try {
    missingEntries(
      entries.map(({ entry }) => entry as unknown as PlacedEntry),
      goesEarly,
    );
  } catch (error) {
    if (!(error instanceof ProofProblem)) throw error;
    throw new ProofProblem(`Session ${record.id}: ${error.message}`);
  }
}

/** The record must be what its entries make of it. Until when it is kept depends on the settings of the day. */
function demandFold({ record, entries }: ProvenExportLine): void {
  const { retention: _, ...said } = record;
  const folded = foldSession(
    entries.map(({ entry, leaf }) => ({ ...entry, seq: leaf + 1 }) as unknown as Entry),
  );
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(folded?.record ?? null)), said))
    throw new ProofProblem(`The record of session ${record.id} does not say what its entries say.`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
