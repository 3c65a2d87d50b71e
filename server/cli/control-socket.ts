import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { ErrorBody } from '../../protocol/errors.ts';
import { makeFolder } from '../durable-file.ts';
import { Refusal } from '../refusal.ts';
import { ControlCommand } from './control-commands.ts';
import { answers, DataFolderInUse, DataFolderProblem, dial, takePlace, ticketFor } from './one-owner.ts';

/** The longest path that a Unix socket can have here (sun_path, with its closing zero). */
const MAX_PATH_BYTES = process.platform === 'linux' ? 107 : 103;
const MAX_COMMAND_LENGTH = 64 * 1024;
/** A command that stops talking is hung up on. */
const PATIENCE_MS = 30_000;
const SIGN_OF_LIFE_EVERY_MS = 5_000;

/** The first line of a connection. A command is sent only to who is ready, so that one that got no further was surely not run. */
const Greeting = z.object({ ready: z.boolean() });
const Answer = z.union([ErrorBody, z.object({ ok: z.literal(true), result: z.unknown() })]);
/** Said now and then while a command takes its time, so that nobody takes it for dead. */
const STILL_AT_IT = '';

export type RunCommand = (command: ControlCommand) => Promise<object | undefined>;

/** The one process that may write to a data folder. */
export interface DataFolderClaim {
  /**
   * From now on commands that come by the socket are run; before, whoever comes is told to wait.
   * @param onDefect hears what `run` throws and is no Refusal.
   */
  serve(run: RunCommand, onDefect?: (error: unknown) => void): void;
  release(): Promise<void>;
}

/**
 * Takes a data folder for this process: whoever listens on its socket owns it, and a socket that nobody answers on
 * is what a killed process left behind. To be done before its store is opened.
 * @throws DataFolderInUse, DataFolderProblem
 */
export async function claimDataFolder(dataDir: string): Promise<DataFolderClaim> {
  try {
    await makeFolder(dataDir);
  } catch (error) {
    throw new DataFolderProblem(
      `COUNTERSIGN_DATA_DIR: ${dataDir} cannot be made (${(error as NodeJS.ErrnoException).code}): name a folder that this user may write to.`,
    );
  }
  const path = socketPath(dataDir);
  if (await answers(path))
    throw new DataFolderInUse(`Another Countersign process uses ${dataDir}. End it first.`);

  let answerTo: ((text: string) => Promise<object>) | undefined;
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    void converse(socket, answerTo);
  });
  const close = async () => {
    for (const socket of connections) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  const ticket = ticketFor(path);
  await listen(server, ticket, dataDir);
  try {
    await takePlace(ticket, path, dataDir);
  } catch (error) {
    // Which also removes the ticket.
    await close();
    throw error;
  }
  return {
    serve(run, onDefect = () => {}) {
      answerTo = (text) => answer(text, run, onDefect);
    },
    async release() {
      await rm(path, { force: true });
      await close();
    },
  };
}

/**
 * Has `command` run by the process that owns the data folder. `undefined`: nobody owns it.
 * @throws DataFolderInUse when its owner cannot run commands just now: it was not run. Refusal as it was refused there.
 */
export async function askOwner(
  dataDir: string,
  command: ControlCommand,
): Promise<{ result: unknown } | undefined> {
  const socket = await dial(socketPath(dataDir));
  if (!socket) return undefined;
  try {
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('the running broker does not answer')));
    const lines = linesOf(socket, Number.POSITIVE_INFINITY);
    const greeting = await lines.next().catch(() => undefined); // its owner has just gone
    if (!greeting?.value || !Greeting.parse(JSON.parse(greeting.value)).ready) {
      throw new DataFolderInUse(
        `Another Countersign process is at work on ${dataDir}. Try again in a moment.`,
      );
    }
    socket.write(`${JSON.stringify(command)}\n`);
    let { value } = await lines.next();
    while (value === STILL_AT_IT) ({ value } = await lines.next());
    if (value === undefined)
      throw new DataFolderProblem('The broker ended before it answered: look whether it was done.');
    const answer = Answer.parse(JSON.parse(value));
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
    throw new DataFolderProblem(
      `${path} is too long for a socket: choose a data folder with a shorter path.`,
    );
  }
  return short;
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
    await chmod(path, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another one came between the making of the socket and its listening, and took it for a dead one.
    const isTaken = code === 'EADDRINUSE' || code === 'ENOENT';
    if (server.listening) server.close();
    throw isTaken ? new DataFolderInUse(`Another Countersign process has just taken ${dataDir}.`) : error;
  }
}

/** Greets, takes one line with a command, answers it by one line. */
async function converse(
  socket: Socket,
  answerTo: ((text: string) => Promise<object>) | undefined,
): Promise<void> {
  const say = (value: object) => socket.write(`${JSON.stringify(value)}\n`);
  socket.setTimeout(PATIENCE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  say({ ready: answerTo !== undefined } satisfies z.input<typeof Greeting>);
  if (!answerTo) {
    socket.end();
    return;
  }
  try {
    const { value } = await linesOf(socket, MAX_COMMAND_LENGTH).next();
    if (value) {
      const signs = setInterval(() => socket.write(`${STILL_AT_IT}\n`), SIGN_OF_LIFE_EVERY_MS);
      say(await answerTo(value).finally(() => clearInterval(signs)));
    }
    socket.end();
  } catch {
    socket.destroy(); // it hung up, or its line does not end: there is nobody to answer
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

/** The whole lines that a socket brings. @throws when a line is longer than `maxLength`, or the connection breaks. */
async function* linesOf(socket: Socket, maxLength: number): AsyncGenerator<string, undefined> {
  let text = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      yield line;
    }
    if (text.length > maxLength) throw new Error(`a line is longer than ${maxLength} characters`);
  }
}
