import { constants } from 'node:fs';
import { access, lstat, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { AskedFile as AnyAskedFile } from '../../protocol/customer-end/files/file-places.ts';
import { saysNoSuchFile } from '../../protocol/file-reason.ts';
import { fileProblem } from './file-errors.ts';

/** What stays the same for as long as a path leads to the same file. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** Links followed: what the customer reads is where it really lies. */
export interface AskedFile extends AnyAskedFile {
  /** The file that was there when it was looked up. */
  readonly identity?: FileIdentity;
}

/** Looks a path up as the customer would mean it: `~` and relative paths begin at the home folder. Never rejects. */
export async function lookUpAskedFile(asked: string, home = homedir()): Promise<AskedFile> {
  const path = resolve(home, asked.replace(/^~(?=$|[/\\])/, home));
  try {
    const real = await realpath(path);
    const found = await lstat(real, { bigint: true });
    if (found.isDirectory()) return { path: real, problem: 'It is a folder.', reason: 'is-a-folder' };
    if (!found.isFile()) return { path: real, problem: 'It is no ordinary file.', reason: 'unreadable' };
    await access(real, constants.R_OK);
    return { path: real, size: Number(found.size), identity: { dev: found.dev, ino: found.ino } };
  } catch (error) {
    const { message: problem, reason } = fileProblem(error, 'unreadable');
    return { path, problem, reason: saysNoSuchFile(reason) ? reason : 'unreadable' };
  }
}
