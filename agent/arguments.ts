import { parseArgs } from 'node:util';
import { needsMedia, TOOLS, Tool } from '../protocol/tool.ts';
import { AgentError, EXIT } from './agent-error.ts';

/** Nobody can talk in advance: a microphone is taken by a press on a page. */
const IN_ADVANCE = TOOLS.filter((tool) => !needsMedia(tool));

export interface AgentArguments {
  readonly server: string;
  /** As typed; absent: it is asked for. */
  readonly code?: string;
  /** Instead of a code: of a hand-over from the customer's browser, as the page there shows it. */
  readonly ticket?: string;
  /** Absent: a person answers. */
  readonly allow?: readonly Tool[];
  readonly terminal: boolean;
  readonly open: boolean;
  readonly insecure: boolean;
  readonly display?: string;
  readonly downloads?: string;
}

export const USAGE = `countersign agent --server URL [--code CODE] [options]

Lets a technician help on this computer: they see and do what you allow here, and nothing else.
Your answers are given on a page that opens in your browser. Ctrl+C stops everything at once.

  --server URL        the address that your technician told you, such as https://support.example.com
  --code CODE         the nine digits that your technician told you; without it you are asked. Other users of this
                      computer can read a command line: where there are any, let it ask
  --ticket=TICKET     instead of a code: goes on with the session of the page that showed it; works once, for five minutes
  --terminal          ask and answer in this terminal, with no page
  --allow TOOLS       answer in advance, for scripts: a list with commas of ${IN_ADVANCE.join(', ')}.
                      What is not on the list is refused. The record says that nobody was asked.
  --display :0        the X display to share; otherwise DISPLAY
  --downloads FOLDER  received files go into "Countersign" in this folder, otherwise in your downloads
  --no-open           print the address of the page, do not open a browser
  --insecure          allow a server that is reached without encryption (http)

Exit status: 0 the session took place and ended, 1 a fault of this program, 2 wrong use, 3 the server cannot
be reached, 4 the code or ticket was not accepted, 5 too many tries, 6 this program and the server are of different
versions, 7 there is no screen to share, 8 the connection was lost for too long.`;

/** @returns undefined when help was asked for. @throws AgentError (usage) with what is wrong. */
export function readArguments(argv: readonly string[]): AgentArguments | undefined {
  const { values } = parse(argv);
  if (values.help) return undefined;
  if (!values.server) throw wrongUse('Say which server: --server https://support.example.com');
  const { server, code, ticket, display, downloads } = values;
  if (code !== undefined && ticket !== undefined)
    throw wrongUse('A code begins a session and a ticket goes on with one: use one of the two.');
  return {
    server,
    terminal: values.terminal ?? false,
    open: !values['no-open'],
    insecure: values.insecure ?? false,
    ...(code === undefined ? {} : { code }),
    ...(ticket === undefined ? {} : { ticket }),
    ...(display === undefined ? {} : { display }),
    ...(downloads === undefined ? {} : { downloads }),
    ...(values.allow === undefined ? {} : { allow: readTools(values.allow) }),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        server: { type: 'string' },
        code: { type: 'string' },
        ticket: { type: 'string' },
        allow: { type: 'string' },
        terminal: { type: 'boolean' },
        display: { type: 'string' },
        downloads: { type: 'string' },
        'no-open': { type: 'boolean' },
        insecure: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw wrongUse((error as Error).message);
  }
}

function readTools(list: string): Tool[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const tool = Tool.safeParse(name);
      if (!tool.success || !IN_ADVANCE.includes(tool.data))
        throw wrongUse(`--allow knows ${IN_ADVANCE.join(', ')}, and not "${name.slice(0, 50)}".`);
      return tool.data;
    });
}

const wrongUse = (problem: string) => new AgentError(EXIT.usage, `${problem}\nSee: countersign agent --help`);
