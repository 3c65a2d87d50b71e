import type { FromAgent } from '../../protocol/agent-messages.ts';
import type { FileTool } from '../../protocol/file-messages.ts';
import { safeFileName } from '../../protocol/file-name.ts';
import { type FileReason, saysNoSuchFile } from '../../protocol/file-reason.ts';
import type { NewSessionEntry } from '../../protocol/record.ts';
import type { Side } from '../../protocol/session.ts';
import { isGranted } from '../consent/grant.ts';
import { Refusal } from '../refusal.ts';
import { inOpenSession, type Session } from './session.ts';
import { receiverOf, type SessionFile, senderOf, unfinishedFiles } from './session-files.ts';

type FileOffer = Extract<FromAgent, { type: 'file.offer' }>;
type FileRefusal = Extract<FromAgent, { type: 'file.refuse' }>;
type FileFinished = Extract<FromAgent, { type: 'file.finished' }>;

/** Offers and asks that wait or flow at the same time; more is a program gone wrong. */
const MAX_UNFINISHED_FILES = 200;
/** Asks that the customer has not answered: each carries a path of thousands of characters in every pushed state. */
const MAX_UNANSWERED_ASKS = 20;

/** Asks for what is not there are answered by the computer alone: more than a person mistypes is somebody who looks around. */
const MISSES_AT_ONCE = 5;
const MISSES_WITHIN_MS = 60_000;
const MISSES_PER_SESSION = 30;

/** The technician asks for a file of the customer's computer by its path, of which only the file's name is recorded. */
export function decideAskFile(
  session: Session,
  fileId: string,
  path: string,
  now: number,
): NewSessionEntry[] {
  needFileGrant(session, 'file-download');
  needRoom(session);
  needFewMisses(session, now);
  const unanswered = unfinishedFiles(session.files).filter(({ standing }) => standing === 'asked');
  if (unanswered.length >= MAX_UNANSWERED_ASKS) {
    throw new Refusal('tries.too-many', 'The customer has not answered yet. Ask for more files later.');
  }
  if (session.files[fileId]) throw new Refusal('already-exists', 'There is a file with this id.');
  const { id: sessionId } = session;
  return [
    { type: 'file.asked', sessionId, fileId },
    { type: 'file.named', sessionId, fileId, name: safeFileName(path).name, renamed: false },
  ];
}

/** A side offers a file in its own direction; a customer's offer may answer an ask. */
export function decideOfferFile(session: Session, offer: FileOffer, by: Side): NewSessionEntry[] {
  needFileGrant(session, offer.tool);
  if (senderOf(offer.tool) !== by) {
    throw new Refusal('permission.missing', 'Files of this kind are offered by the other side.');
  }
  const known = session.files[offer.fileId];
  if (known && !(known.standing === 'asked' && by === 'customer')) {
    throw new Refusal('already-exists', 'There is a file with this id.');
  }
  if (!known) needRoom(session);
  const { name, changed: renamed } = safeFileName(offer.name);
  const { id: sessionId } = session;
  const { fileId, tool, size } = offer;
  const offered: NewSessionEntry = { type: 'file.offered', sessionId, fileId, tool, size };
  // One that was asked for by this name has it in the record.
  if (known?.name === name && !renamed) return [offered];
  return [offered, { type: 'file.named', sessionId, fileId, name, renamed }];
}

/** The receiver takes it: bytes may flow. */
export function decideAcceptFile(session: Session, fileId: string, by: Side): NewSessionEntry[] {
  const file = knownFile(session, fileId);
  needFileGrant(session, file.tool);
  if (receiverOf(file.tool) !== by) throw new Refusal('permission.missing', 'The receiver accepts a file.');
  if (file.standing === 'accepted') return [];
  if (file.standing !== 'offered') throw new Refusal('request.out-of-order', 'This file is not on offer.');
  return [{ type: 'file.accepted', sessionId: session.id, fileId }];
}

/** The receiver does not want it, or the customer does not give what was asked for. */
export function decideRefuseFile(
  session: Session,
  { fileId, reason }: Pick<FileRefusal, 'fileId' | 'reason'>,
  by: Side,
): NewSessionEntry[] {
  const file = knownFile(session, fileId);
  inOpenSession(session);
  const decides = file.standing === 'asked' ? 'customer' : receiverOf(file.tool);
  if (decides !== by) throw new Refusal('permission.missing', 'The other side answers this.');
  if (file.standing === 'refused') return [];
  if (file.standing !== 'asked' && file.standing !== 'offered') {
    throw new Refusal('request.out-of-order', 'This file is not on offer.');
  }
  if (reason !== undefined && file.standing !== 'asked') {
    throw new Refusal(
      'request.invalid',
      'Only what is asked for at the customer’s computer can be missing there.',
    );
  }
  return [
    { type: 'file.refused', sessionId: session.id, fileId, by, ...(reason === undefined ? {} : { reason }) },
  ];
}

/** A side's account of how it went: one each, also after the other's, so that the record shows whether they agree. */
export function decideFinishFile(session: Session, finished: FileFinished, by: Side): NewSessionEntry[] {
  const { fileId, outcome, bytes, sha256, reason } = finished;
  const file = knownFile(session, fileId);
  inOpenSession(session);
  if (file.accounts[by] !== undefined) return [];
  if (outcome === 'completed' && ['asked', 'offered', 'refused'].includes(file.standing)) {
    throw new Refusal('request.out-of-order', 'This file was not accepted.');
  }
  if (outcome === 'completed' && file.size !== undefined && bytes !== file.size) {
    throw new Refusal('request.invalid', 'A completed file has the size that was offered.');
  }
  return [
    {
      type: 'file.finished',
      sessionId: session.id,
      fileId,
      side: by,
      outcome,
      bytes,
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(reason === undefined || outcome === 'completed' ? {} : { reason: namedReason(file, reason, by) }),
    },
  ];
}

/** Who cancelled, by the account of one end: what it does not have from the broker it says of itself or of the other one. */
function namedReason(file: SessionFile, reason: FileReason, by: Side): FileReason {
  if (reason === 'cancelled-by-other') return `cancelled-by-${by === 'customer' ? 'technician' : 'customer'}`;
  const isNamed = reason === 'cancelled-by-technician' || reason === 'cancelled-by-customer';
  const isOwn = reason === 'cancelled-by-person' || (isNamed && reason !== file.reason);
  return isOwn ? `cancelled-by-${by}` : reason;
}

function knownFile(session: Session, fileId: string): SessionFile {
  const file = session.files[fileId];
  if (!file) throw new Refusal('not-found', 'There is no such file in this session.');
  return file;
}

function needFileGrant(session: Session, tool: FileTool): void {
  inOpenSession(session);
  if (session.status !== 'active') throw new Refusal('request.out-of-order', 'The session has not started.');
  if (!isGranted(session.tools, tool)) {
    throw new Refusal('consent.missing', 'The customer has not allowed this.');
  }
}

/** docs/decisions/0017: a grant for files is no leave to find out which files there are. */
function needFewMisses(session: Session, now: number): void {
  const misses = Object.values(session.files)
    .filter(({ standing, reason }) => standing === 'refused' && saysNoSuchFile(reason))
    .map(({ at }) => Date.parse(at))
    .sort((a, b) => a - b);
  if (misses.length >= MISSES_PER_SESSION) {
    throw new Refusal(
      'tries.too-many',
      'Too many files that are not there were asked for. Ask the customer to send the file from their page.',
    );
  }
  const oldest = misses.at(-MISSES_AT_ONCE);
  const waitMs = oldest === undefined ? 0 : oldest + MISSES_WITHIN_MS - now;
  if (waitMs <= 0) return;
  const seconds = Math.ceil(waitMs / 1000);
  throw new Refusal(
    'tries.too-many',
    `The last ${MISSES_AT_ONCE} files were not there. Ask again in ${seconds} s, or let the customer send the file.`,
    undefined,
    seconds,
  );
}

function needRoom(session: Session): void {
  if (unfinishedFiles(session.files).length >= MAX_UNFINISHED_FILES) {
    throw new Refusal('tries.too-many', 'Too many files are waiting. Finish or cancel some first.');
  }
}
