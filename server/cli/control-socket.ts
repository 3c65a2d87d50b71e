import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { ErrorBody } from '../../protocol/errors.ts';
import { Refusal } from '../refusal.ts';
import { ControlCommand } from './control-commands.ts';

/** The longest path that a Unix socket can have here (sun_path, with its closing zero). */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103;
const MAX_LINE_BYTES = 64 * 1024;
/** A command that stops talking is hung up on. */
const PATIENCE_MS = 30_000;

const Answer = z.union([ErrorBody, z.object({ ok: z.literal(true), result: z.unknown() })]);

export type RunCommand = (command: ControlCommand) => Promise<object | undefined>;

const notYet: RunCommand = async () => {
  throw new Refusal('server.stopping', 'Another command is at work here. Try again in a moment.');
};

/** The one process that may write to a data folder. */
export interface DataFolderClaim {
  /**
   * From now on commands that come by the socket are run; before, they are told to wait.
   * @param onDefect hears what `run` throws and is no Refusal.
   */
  serve(run: RunCommand, onDefect?: (error: unknown) => void): void;
  release(): Promise<void>;
}

/** The data folder cannot be taken: another process has it. The message says what to do. */
export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
}

/**
 * Takes a data folder for this process: whoever listens on its socket owns it, and a socket that nobody answers on
 * is what a killed process left behind. To be done before its store is opened.
 * @throws DataFolderInUse
 */
export async function claimDataFolder(dataDir: string): Promise<DataFolderClaim> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = socketPath(dataDir);
  const open = await dial(path);
  if (open) {
    open.destroy();
    throw new DataFolderInUse(`Another Countersign process uses ${dataDir}. End it first.`);
  }
  await rm(path, { force: true });

  let run = notYet;
  let report: (error: unknown) => void = () => {};
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    void answerCommand(socket, (text) => answer(text, run, report));
  });
  await listen(server, path, dataDir);
  return {
    serve(runCommand, onDefect = () => {}) {
      run = runCommand;
      report = onDefect;
    },
    async release() {
      for (const socket of connections) socket.destroy();
      server.close(); // which also removes the socket's file
      await once(server, 'close');
    },
  };
}

/**
 * Has `command` run by the process that owns the data folder. `undefined`: nobody owns it.
 * @throws Refusal as it was refused there.
 */
export async function askOwner(
  dataDir: string,
  command: ControlCommand,
): Promise<{ result: unknown } | undefined> {
  const socket = await dial(socketPath(dataDir));
  if (!socket) return undefined;
  try {
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('the running broker does not answer')));
    socket.write(`${JSON.stringify(command)}\n`);
    const answer = Answer.parse(JSON.parse(await firstLine(socket)));
    if ('ok' in answer) return { result: answer.result };
    const { code, message, details } = answer.error;
    throw new Refusal(code, message, details);
  } finally {
    socket.destroy();
  }
}

/** A short way to the socket: its path, or that from the working folder when only that fits. */
function socketPath(dataDir: string): string {
  const path = join(dataDir, 'control.sock');
  const short = [path, relative(process.cwd(), path)].find(
    (candidate) => Buffer.byteLength(candidate) <= MAX_PATH_BYTES,
  );
  if (short === undefined) {
    throw new DataFolderInUse(`${path} is too long for a socket: choose a data folder with a shorter path.`);
  }
  return short;
}

async function dial(path: string): Promise<Socket | undefined> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return socket;
  } catch (error) {
    socket.destroy();
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return undefined;
    throw error;
  }
}

async function listen(server: Server, path: string, dataDir: string): Promise<void> {
  // The socket is made under this mask, so there is no moment in which another user could connect.
  const before = process.umask(0o177);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new DataFolderInUse(`Another Countersign process has just taken ${dataDir}.`);
  }
  await chmod(path, 0o600);
}

/** One line with a command, answered by one line. */
async function answerCommand(socket: Socket, answerTo: (text: string) => Promise<object>): Promise<void> {
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  try {
    socket.write(`${JSON.stringify(await answerTo(await firstLine(socket)))}\n`);
  } catch {
    // It hung up, or its line does not end: there is nobody to answer.
  } finally {
    socket.end();
  }
}

async function answer(
  text: string,
  run: RunCommand,
  onDefect: (error: unknown) => void,
): Promise<z.input<typeof Answer>> {
  try {
    return { ok: true, result: (await run(parseCommand(text))) ?? {} };
  } catch (error) {
    if (!(error instanceof Refusal)) onDefect(error);
    const { code, message, details } =
      error instanceof Refusal
        ? error
        : new Refusal('internal', 'It failed. The log of the broker says why.');
    return { error: { code, message, ...(details && { details }) } };
  }
}

function parseCommand(text: string): ControlCommand {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('request.invalid', 'A command is one line of JSON.');
  }
  const parsed = ControlCommand.safeParse(value);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new Refusal('request.invalid', 'The command does not fit.', details);
}

/** @throws when the other side ends before its line does, or the line is too long. */
async function firstLine(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk;
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
    if (text.length > MAX_LINE_BYTES) break;
  }
  throw new Error('no whole line came');
}
