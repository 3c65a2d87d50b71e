import type { FileReason } from '../../protocol/file-reason.ts';
import { FileProblem } from '../../protocol/file-sender.ts';

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
  ENAMETOOLONG: 'There is no such file.',
  ERR_INVALID_ARG_VALUE: 'There is no such file.',
};

/** What an error of reading says that is more than "unreadable". */
const WHILE_READING: Readonly<Record<string, FileReason>> = {
  ENOENT: 'not-found',
  ENOTDIR: 'not-found',
  ENAMETOOLONG: 'not-found',
  ERR_INVALID_ARG_VALUE: 'not-found',
  EISDIR: 'is-a-folder',
};

/** What the file system's error means to people. `reason` is what the other end is told, unless the disk is full. */
export function fileProblem(error: unknown, reason: FileReason): FileProblem {
  if (error instanceof FileProblem) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new FileProblem('no-space', 'The disk is full.', { cause: error });
  const sentence = SENTENCES[code] ?? (error instanceof Error ? error.message : String(error));
  const known = reason === 'unreadable' ? WHILE_READING[code] : undefined;
  return new FileProblem(known ?? reason, sentence, { cause: error });
}
