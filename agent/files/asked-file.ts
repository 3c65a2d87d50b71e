import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { fileProblem } from './file-errors.ts';

/** A file that the technician asked for, as the customer decides about it. */
export interface AskedFile {
  /** Where it really lies, links followed: what the customer reads is what would be sent. */
  readonly path: string;
  readonly size?: number;
  /** Why it cannot be sent, as a sentence. */
  readonly problem?: string;
}

/** Looks a path up as the customer would mean it: `~` and relative paths begin at the home folder. Never rejects. */
export async function lookUpAskedFile(asked: string, home = homedir()): Promise<AskedFile> {
  const path = resolve(home, asked.replace(/^~(?=$|[/\\])/, home));
  try {
    const real = await realpath(path);
    const found = await stat(real);
    if (found.isDirectory()) return { path: real, problem: 'It is a folder.' };
    if (!found.isFile()) return { path: real, problem: 'It is no ordinary file.' };
    await access(real, constants.R_OK);
    return { path: real, size: found.size };
  } catch (error) {
    return { path, problem: fileProblem(error, 'unreadable').message };
  }
}
