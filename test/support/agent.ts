import { COUNTERSIGN } from './broker.ts';
import { type Program, startProgram } from './program.ts';

export interface RunningAgent {
  readonly program: Program;
  /** The page on 127.0.0.1 that the customer answers on; only when a page is used. */
  pageAddress(): Promise<string>;
  stop(): Promise<void>;
}

/** The real agent on a real display. Without `allow` it serves the customer's page and does not open a browser by itself. */
export function startAgent(options: {
  url: string;
  /** A code, or the ticket of a hand-over. */
  code: string | { ticket: string };
  display: string;
  downloads: string;
  allow?: string;
  home?: string;
  env?: Record<string, string>;
}): RunningAgent {
  const { url, code, display, downloads, allow, home, env } = options;
  const program = startProgram(
    process.execPath,
    [
      COUNTERSIGN,
      'agent',
      ...['--server', url, '--display', display, '--downloads', downloads],
      ...(typeof code === 'string' ? ['--code', code] : [`--ticket=${code.ticket}`]),
      ...(allow === undefined ? ['--no-open'] : ['--allow', allow]),
    ],
    { env: { XAUTHORITY: '/dev/null', ...(home === undefined ? {} : { HOME: home }), ...env } },
  );
  return {
    program,
    async pageAddress() {
      const [address] = await program.prints(/http:\/\/127\.0\.0\.1:\d+\/\S+/, 30_000);
      return address;
    },
    async stop() {
      await program.stop();
    },
  };
}
