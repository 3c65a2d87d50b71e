import { z } from 'zod';
import { FileReason, NO_SUCH_FILE } from './file-reason.ts';
import { StatedName, stated } from './proof/signed-statement.ts';
import { Instant } from './text.ts';

/** `file-upload`: technician to customer's computer. `file-download`: the way back. */
export const FileTool = z.enum(['file-upload', 'file-download']);
export type FileTool = z.infer<typeof FileTool>;

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A name as its sender gave it: hostile until `safeFileName` has seen it. */
export const SentFileName = z.string().min(1).max(4096);

/** At most 8 TiB: a size that every program here can count exactly. */
export const FileSize = z
  .number()
  .int()
  .min(0)
  .max(8 * 2 ** 40);

export const FileOutcome = z.enum(['completed', 'failed', 'cancelled']);
export type FileOutcome = z.infer<typeof FileOutcome>;

/** `asked`: the technician asked for a file by path. `offered`: its sender named it. `accepted`: bytes may flow. */
export const FileStanding = z.enum([
  'asked',
  'offered',
  'accepted',
  'refused',
  'completed',
  'failed',
  'cancelled',
]);
export type FileStanding = z.infer<typeof FileStanding>;

export const FileState = z.object({
  fileId: z.uuid(),
  tool: FileTool,
  standing: FileStanding,
  /** What the technician asked for; only while `asked`. */
  path: z.string().optional(),
  /** Made safe by the broker; `renamed` tells that the sender's was not. */
  name: z.string().optional(),
  renamed: z.boolean().optional(),
  size: FileSize.optional(),
  at: Instant,
  /** Why it did not come through, where that is known. */
  reason: FileReason.optional(),
  /** Why it failed or was refused, in the words of the side that said so. */
  detail: z.string().optional(),
});
export type FileState = z.infer<typeof FileState>;

/** The technician asks for a file of the customer's computer. The customer answers with an offer or a refusal. */
export const FileAsk = z.object({
  type: z.literal('file.ask'),
  fileId: z.uuid(),
  path: z.string().min(1).max(4096),
});

/** A side offers a file. Answering an ask, it carries the ask's `fileId`. */
export const FileOffer = z.object({
  type: z.literal('file.offer'),
  fileId: z.uuid(),
  tool: FileTool,
  name: SentFileName,
  size: FileSize,
});

export const FileAccept = z.object({ type: z.literal('file.accept'), fileId: z.uuid() });

export const FileRefuse = z.object({
  type: z.literal('file.refuse'),
  fileId: z.uuid(),
  /** There was nothing to decide about: the computer itself answers. Absent when a person refused. */
  reason: z.enum(NO_SUCH_FILE).optional(),
  detail: z.string().max(200).optional(),
});

/**
 * A side's account of how it went. The receiver's `completed` means: every byte is on its disk and the hash is right.
 * The transfer is over when the receiver said so, or either side failed or cancelled.
 */
export const FileFinished = z.object({
  type: z.literal('file.finished'),
  fileId: z.uuid(),
  outcome: FileOutcome,
  bytes: FileSize,
  sha256: Sha256.optional(),
  reason: FileReason.optional(),
  detail: z.string().max(200).optional(),
  ...stated,
  /** Opens the digest of the name in the statement. */
  statedName: StatedName.optional(),
});
export type FileFinished = z.infer<typeof FileFinished>;
