import { open } from 'node:fs/promises';
import { jsonFault } from '../../../protocol/proof/json-fault.ts';
import { readOneWay } from '../../../protocol/proof/one-reading.ts';
import { ProofProblem } from '../../../protocol/proof/proven-entry.ts';
import { checkReceipt } from '../../../protocol/proof/receipt.ts';
import { checkSignatures, entriesOf, lackTheirEnd } from '../../../protocol/proof/receipt-signatures.ts';
import { keyText, type NoteKey } from '../../../protocol/proof/signed-note.ts';
import type { MissingEntry } from '../../../protocol/proof/whole-session.ts';
import { ProvenAccessHead, ProvenExportHead } from '../../../protocol/proven-export.ts';
import { Receipt } from '../../../protocol/receipt.ts';
import { NODE_CRYPTO, sha256 } from '../transparency/node-crypto.ts';
import { contradictions, signedSentences } from './signature-sentences.ts';
import { AccessExportVerification } from './verify-access-export.ts';
import { ExportVerification } from './verify-export.ts';

/** What was right, as a sentence. */
export interface FileVerdict {
  readonly sentence: string;
  /** What else there is to know of it, a sentence each. */
  readonly more: readonly string[];
  /** The key that signed, as one line of text; absent where nothing is signed. */
  readonly key?: string;
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
    const head = first.done ? undefined : readOneWay(first.value);
    if (isOfFormat(ProvenExportHead, head)) return await verifyExport(head, iterator, trusted);
    if (isOfFormat(ProvenAccessHead, head)) return await verifyAccessExport(head, iterator, trusted);
    // A receipt may be printed over many lines.
    let text = first.done ? '' : first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next())
      text += `\n${next.value}`;
    return verifyReceiptText(text, head === undefined, trusted);
  } finally {
    await file.close();
  }
}

/** @param isOneText its first line is no JSON by itself, as it is of a file that has one on each line. */
function verifyReceiptText(text: string, isOneText: boolean, trusted: NoteKey | undefined): FileVerdict {
  const receipt = Receipt.safeParse(readOneWay(text));
  if (!receipt.success) {
    const fault = isOneText ? jsonFault(text) : undefined;
    throw new ProofProblem(
      'This is neither a receipt nor an export with proofs, or it was changed beyond reading. An export holds proofs when it was asked for with them, as NDJSON.',
      ...(fault === undefined ? [] : [`It is no JSON from line ${fault.line}, byte ${fault.byte} on.`]),
    );
  }
  const { checkpoint, key, entries, missing } = checkReceipt(NODE_CRYPTO, receipt.data, trusted);
  const [first, last] = [entries[0]?.at, entries.at(-1)?.at];
  const known = entriesOf(receipt.data);
  const accounts = checkSignatures(NODE_CRYPTO, known);
  const wrong = contradictions(accounts);
  if (wrong.length > 0)
    throw new ProofProblem(
      'The log holds these entries word for word, but they are not what was signed.',
      ...wrong,
    );
  return {
    more: [
      ...missingSentence(missing),
      ...unknownSentence(receipt.data.entries.length - known.length),
      ...signedSentences(accounts),
    ],
    sentence: `The receipt is right${lackTheirEnd(accounts) ? ' as far as it goes, but what was signed has no end' : ''}: all ${entries.length} entries of session ${receipt.data.sessionId}, from ${first} to ${last}, are word for word in the log ${checkpoint.origin} of ${checkpoint.size} entries.`,
    key: keyText(key, sha256),
  };
}

function missingSentence(missing: readonly MissingEntry[]): string[] {
  if (missing.length === 0) return [];
  const which = missing.map(
    ({ ordinal, type, from, to }) => `${ordinal} (${type}, written between ${from} and ${to})`,
  );
  return [
    `Not in it, as receipts may leave such out: of the session ${missing.length === 1 ? 'entry' : 'entries'} ${which.join(', ')}.`,
  ];
}

function unknownSentence(count: number): string[] {
  if (count === 0) return [];
  return [
    `${count === 1 ? 'One entry is of a kind' : `${count} entries are of kinds`} that this version does not know: in the log word for word, but not compared with what was signed.`,
  ];
}

async function verifyExport(
  head: unknown,
  lines: AsyncIterator<string>,
  trusted: NoteKey | undefined,
): Promise<FileVerdict> {
  const verification = new ExportVerification(head, trusted);
  for (let next = await lines.next(); !next.done; next = await lines.next())
    verification.take(readOneWay(next.value));
  const found = verification.finish();
  if (found === undefined) return holdsNone('session');
  const { madeAt, hasEnd, isOfToday, countedOtherwise, sessions, entries, open, incomplete } = found;
  const { checkpoints, origin, key } = found;
  const asFar = open.length + incomplete.length > 0 ? ' as far as it goes' : '';
  return {
    more: [
      ...listed(
        open,
        'without an end in the file: whether entries were cut off behind the last one, nothing shows',
      ),
      ...listed(incomplete, 'of which an end signed more than the file holds, or closed no account'),
      ...severalSentence(checkpoints),
      ...endSentence(hasEnd),
      ...(isOfToday ? [] : usesSentences(countedOtherwise)),
      'Whether whole sessions were left out of it, when it was made, and how long each record is kept (`retention`), the file cannot show.',
    ],
    sentence: `The export of ${madeAt} is right${asFar}: ${sessions} sessions say what their ${entries} entries say, and these are word for word in the log ${origin}.`,
    key: keyText(key, sha256),
  };
}

async function verifyAccessExport(
  head: unknown,
  lines: AsyncIterator<string>,
  trusted: NoteKey | undefined,
): Promise<FileVerdict> {
  const verification = new AccessExportVerification(head, trusted);
  for (let next = await lines.next(); !next.done; next = await lines.next())
    verification.take(readOneWay(next.value));
  const found = verification.finish();
  if (found === undefined) return holdsNone('entry');
  const { madeAt, hasEnd, entries, checkpoints, origin, key } = found;
  return {
    more: [
      ...severalSentence(checkpoints),
      ...endSentence(hasEnd),
      'Whether entries were left out of it when it was made, and what it was asked for, the file cannot show; nor whom a user’s id stands for.',
    ],
    sentence: `The export of ${madeAt} of who read what is right: its ${entries} entries are word for word in the log ${origin}.`,
    key: keyText(key, sha256),
  };
}

/** Nobody signed it, so that nothing tells who made it, or whether there was something. */
const holdsNone = (what: string): FileVerdict => ({
  sentence: `The export holds no ${what}, and its last line says the same: there is nothing in it to check.`,
  more: ['Nothing in it is signed: who made it, and whether something was left out of it, it cannot show.'],
});

const endSentence = (hasEnd: boolean): string[] =>
  hasEnd
    ? []
    : ['It is of an older format without a last line: whether it was cut off there, it cannot show.'];

/** Of an older format, which is only what its first line says: that is not signed. */
const usesSentences = (otherwise: readonly string[]): string[] =>
  otherwise.length === 0
    ? [
        'It is of an older format, and how often, when and for how long each tool was used is counted in it as the entries say.',
      ]
    : [
        ...listed(
          otherwise,
          'counted otherwise than by the rules of today: how often, when and for how long each tool was used, and when it was taken or given back',
        ),
        'It says that it is of an older format, and so these figures may be by the rules of an older version. That it is of that format nobody signed: rely on the entries, or ask for it anew.',
      ];

function severalSentence(checkpoints: number): string[] {
  if (checkpoints < 2) return [];
  return [
    `It is proven by ${checkpoints} checkpoints of one name. That the log only grew from each to the next, and was not written anew in between, the file cannot show: a witness can.`,
  ];
}

const MOST_LISTED = 20;

function listed(ids: readonly string[], what: string): string[] {
  if (ids.length === 0) return [];
  const more = ids.length > MOST_LISTED ? ` and ${ids.length - MOST_LISTED} more` : '';
  const which = `${ids.slice(0, MOST_LISTED).join(', ')}${more}`;
  return [`${ids.length === 1 ? 'One session is' : `${ids.length} sessions are`} ${what} (${which}).`];
}

/** Whatever else is wrong with its head. */
const isOfFormat = (head: typeof ProvenExportHead | typeof ProvenAccessHead, read: unknown): boolean =>
  typeof read === 'object' &&
  read !== null &&
  'format' in read &&
  head.shape.format.safeParse(read.format).success;
