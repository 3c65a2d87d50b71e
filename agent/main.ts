import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import packageJson from '../package.json' with { type: 'json' };
import { Code } from '../protocol/session.ts';
import { TOOLS, type Tool } from '../protocol/tool.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { AgentError, EXIT, type ExitStatus } from './agent-error.ts';
import { type AgentArguments, readArguments, USAGE } from './arguments.ts';
import { inheritedTools, readTicket } from './connection/hand-over-ticket.ts';
import { join, reach, takeOver } from './connection/join.ts';
import { serverAddress } from './connection/server-address.ts';
import type { CustomerDesk } from './consent/customer-desk.ts';
import { type MetCustomer, prepareMeeting } from './consent/meet-customer.ts';
import { Desktop } from './desktop.ts';
import { receivedFilesFolder } from './files/downloads-folder.ts';
import { choosePlatform } from './platform/choose-platform.ts';
import type { ComputerDescription, Platform } from './platform/platform.ts';
import { AgentSession } from './session.ts';
import { describeEnding } from './session-ending.ts';
import { SessionKey } from './session-key.ts';

const ASKED_IN_BROWSER = (hostName: string | undefined) =>
  `Go back to the page where you found this command: it asks whether this program is yours. Say yes there within two minutes.${hostName === undefined ? '' : ` It calls this computer ${hostName}.`}`;
/** Of a session that this program was not let into. */
const NOT_HANDED_OVER =
  'The session did not come over to this program, and goes on in your browser. To try again, get a new command there.';
const FAULT = 'This program had a fault and stops. Nothing is shared any more.';

/**
 * The program on the customer's computer: joins one session by its code and serves it until it ends.
 * Prints what the customer needs to know. @returns the exit status (see USAGE); never throws.
 */
export async function runAgent(argv: readonly string[]): Promise<ExitStatus> {
  try {
    const wish = readArguments(argv);
    if (wish) return await serveSession(wish);
    console.log(USAGE);
    return EXIT.ended;
  } catch (error) {
    if (error instanceof AgentError) {
      console.error(error.message);
      return error.status;
    }
    console.error(FAULT, error);
    return EXIT.defect;
  }
}

async function serveSession(wish: AgentArguments): Promise<ExitStatus> {
  const server = serverAddress(wish.server, wish.insecure);
  const given = wish.code === undefined ? undefined : readCode(wish.code);
  const ticket = wish.ticket === undefined ? undefined : readTicket(wish.ticket);
  // Whatever may be missing here is found out first: a code works once.
  const meet = await prepareMeeting(wish);
  const { platform, computer } = await findPlatform(wish.display);
  try {
    // Its encoder warms up while the code is typed.
    const desktop = new Desktop(platform, computer.hostName);
    if (given === undefined && ticket === undefined) await reach(server);
    const key = new SessionKey();
    const { signingKey } = key;
    const described = {
      protocolVersion: PROTOCOL_VERSION,
      agent: { kind: 'native' as const, version: packageJson.version, capable: capableTools(platform, wish) },
      computer,
      signingKey,
    };
    const joined = ticket
      ? await takeOver(server, { ...described, ticket: ticket.ticket })
      : await join(server, { ...described, code: given ?? readCode(await askForCode()) });
    const { sessionId } = joined;
    const session = new AgentSession({
      server,
      sessionId,
      agentToken: joined.agentToken,
      desktop,
      key,
      inherits:
        ticket &&
        ((lastWord) => {
          const tools = inheritedTools(lastWord, ticket, { sessionId, signingKey });
          return wish.allow ? tools.filter((tool) => wish.allow?.includes(tool)) : tools;
        }),
      receivedFolder: await receivedFilesFolder(
        wish.downloads === undefined ? {} : { downloads: resolve(wish.downloads) },
      ),
    });
    if (ticket) console.log(ASKED_IN_BROWSER(computer.hostName));
    return await hold(session, meet, ticket !== undefined);
  } finally {
    await platform.close();
  }
}

async function hold(
  session: AgentSession,
  meet: (desk: CustomerDesk) => Promise<MetCustomer>,
  takesOver: boolean,
): Promise<ExitStatus> {
  const stop = () => session.stop();
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  let faulty = false;
  // Not only to tell: a key that is held down on the customer's display would stay down for ever.
  const fault = (error: unknown) => {
    if (!faulty) console.error(FAULT, error);
    faulty = true;
    session.stop();
  };
  process.on('uncaughtException', fault).on('unhandledRejection', fault);
  let customer: MetCustomer | undefined;
  try {
    if (takesOver) {
      session.start();
      // Its own page would come in front of the one that asks whether it may come in.
      if (!(await isLetIn(session))) {
        console.log(NOT_HANDED_OVER);
        return EXIT.codeRefused;
      }
    }
    customer = await meet(session);
    if (!takesOver) session.start();
    const { status, sentence } = describeEnding(await session.ended);
    console.log(sentence);
    process.off('SIGINT', stop).off('SIGTERM', stop).off('SIGHUP', stop);
    if (status !== EXIT.lost) await session.receipt.fetch();
    await customer.goodbye();
    return faulty ? EXIT.defect : status;
  } finally {
    process.off('uncaughtException', fault).off('unhandledRejection', fault);
    await customer?.close();
  }
}

/** The broker tells a program nothing before the browser handed over to it. */
async function isLetIn(session: AgentSession): Promise<boolean> {
  const heard = new Promise<void>((resolve) => session.onChange(() => session.state() && resolve()));
  await Promise.race([heard, session.ended]);
  return session.state() !== undefined;
}

async function findPlatform(
  display: string | undefined,
): Promise<{ platform: Platform; computer: ComputerDescription }> {
  try {
    const platform = choosePlatform(display === undefined ? {} : { display });
    const screen = await platform.openScreen({
      damaged() {},
      resized() {},
      cursorChanged() {},
      lost() {},
    });
    await screen.close();
    return { platform, computer: await platform.describe() };
  } catch (error) {
    throw new AgentError(EXIT.noDisplay, (error as Error).message, { cause: error });
  }
}

function capableTools(platform: Platform, wish: AgentArguments): Tool[] {
  const hasPage = !wish.terminal && wish.allow === undefined;
  return TOOLS.filter(
    (tool) =>
      // Its page has the microphone. Whether that browser can is known when somebody presses yes there.
      (tool !== 'voice' || hasPage) &&
      (tool !== 'control' || platform.canControl) &&
      (tool !== 'clipboard' || platform.canClipboard),
  );
}

function readCode(typed: string): string {
  const code = Code.safeParse(typed);
  if (!code.success) throw new AgentError(EXIT.codeRefused, 'A code has nine digits, such as 123-456-789.');
  return code.data;
}

async function askForCode(): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const ended = new Promise<never>((_, reject) => {
      prompt.once('close', () =>
        reject(new AgentError(EXIT.usage, 'No code was given: use --code 123-456-789.')),
      );
    });
    return await Promise.race([prompt.question('The code that your technician told you: '), ended]);
  } finally {
    prompt.removeAllListeners('close').close();
  }
}
