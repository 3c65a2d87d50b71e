import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, rename, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The data folder cannot be taken. The message says why, and what to do. */
export class DataFolderProblem extends Error {
  override readonly name: string = 'DataFolderProblem';
}

/** Another process has it. */
export class DataFolderInUse extends DataFolderProblem {
  override readonly name = 'DataFolderInUse';
}

/** No longer than the name of the socket itself: its path may be as long as it can be. */
const TICKET = /^claim-[0-9a-f]{6}$/;
const LOOK_AGAIN_MS = 10;
/** Who is at it takes a few milliseconds; one that was stopped in the middle holds nobody up for ever. */
const MOST_LOOKS = 500;

/** Where a process listens that wants `path` and does not have it yet. */
export const ticketFor = (path: string): string =>
  join(dirname(path), `claim-${randomBytes(3).toString('hex')}`);

/**
 * Puts the socket that listens at `ticket` in the place of one that nobody listens on; of several processes that come at once
 * one does. What somebody listens on is never moved but by its owner: each looks at the others' tickets while its own can be
 * seen, so of two at least one sees the other, and gives way where its own is the later by name. What nobody listens on is of a
 * process that was killed.
 * @throws DataFolderInUse
 */
export async function takePlace(ticket: string, path: string, dataDir: string): Promise<void> {
  const taken = new DataFolderInUse(`Another Countersign process has just taken ${dataDir}.`);
  let others = await othersThan(ticket);
  for (let looks = 0; others.length > 0; looks += 1) {
    if (looks === MOST_LOOKS || others.some((name) => name < basename(ticket))) throw taken;
    await pause(LOOK_AGAIN_MS);
    others = await othersThan(ticket);
  }
  // After the look: whoever was ahead has it by now, or has gone.
  if (await answers(path)) throw taken;
  try {
    await rename(ticket, path);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? taken : error;
  }
}

async function othersThan(ticket: string): Promise<string[]> {
  const [folder, own] = [dirname(ticket), basename(ticket)];
  const names = (await readdir(folder)).filter((name) => TICKET.test(name) && name !== own);
  const standing = names.map(async (name) => {
    if (await answers(join(folder, name))) return [name];
    await rm(join(folder, name), { force: true });
    return [];
  });
  return (await Promise.all(standing)).flat();
}

export async function answers(path: string): Promise<boolean> {
  const open = await dial(path);
  open?.destroy();
  return open !== undefined;
}

/** `undefined` where nobody listens. @throws DataFolderProblem */
export async function dial(path: string): Promise<Socket | undefined> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    socket.destroy();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    // It closed while we stood in its queue.
    if (code === 'ECONNRESET') return dial(path);
    if (code !== 'EACCES') throw error;
    throw new DataFolderProblem(`You may not use ${path}: do this as the user whom the broker runs as.`);
  }
}
