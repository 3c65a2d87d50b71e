import { FileProblem } from '../../protocol/file-sender.ts';
import type { CancelReason } from '../../protocol/file-transfer.ts';

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file.',
  ENOTDIR: 'There is no such file.',
  EACCES: 'You are not allowed to open it.',
  EPERM: 'You are not allowed to open it.',
  EISDIR: 'It is a folder.',
  ELOOP: 'It is a link.',
  EIO: 'The disk reports an error.',
  EROFS: 'Nothing can be written there.',
  EMFILE: 'Too many files are open.',
};

/** What the file system's error means to people. `reason` is what the other end is told, unless the disk is full. */
export function fileProblem(error: unknown, reason: CancelReason): FileProblem {
  if (error instanceof FileProblem) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new FileProblem('disk-full', 'The disk is full.', { cause: error });
  const sentence = SENTENCES[code] ?? (error instanceof Error ? error.message : String(error));
  return new FileProblem(reason, sentence, { cause: error });
}
