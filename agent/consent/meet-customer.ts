import { AgentError, EXIT } from '../agent-error.ts';
import type { AgentArguments } from '../arguments.ts';
import type { CustomerDesk, CustomerInterface } from './customer-desk.ts';
import { handOverReceipt } from './hand-over-receipt.ts';
import { answerInAdvance } from './in-advance.ts';
import { type LocalPage, startLocalPage } from './local-page.ts';
import { openForCustomer } from './open-browser.ts';
import { type PageFile, readPageFiles } from './page-files.ts';
import { printNews } from './printed-news.ts';
import { startTerminal } from './terminal.ts';

export interface MetCustomer extends CustomerInterface {
  /** The session is over; resolves when the customer has had the time to read so, and has the receipt. */
  goodbye(): Promise<void>;
}

/** A page that shows how the session ended stays for this long at most, and goes with its last window. */
const LAST_LOOK_MS = 10 * 60_000;

/**
 * Prepares to meet the customer in the way that the command line chose. @throws AgentError when that cannot be:
 * before a code is used up. The answer meets them at a session's desk.
 */
export async function prepareMeeting(
  wish: AgentArguments,
): Promise<(desk: CustomerDesk) => Promise<MetCustomer>> {
  const inAdvance = (desk: CustomerDesk) => (wish.allow ? [answerInAdvance(desk, wish.allow)] : []);
  if (wish.terminal)
    return async (desk) =>
      together(desk, [...inAdvance(desk), startTerminal(desk, process.stdin, process.stdout)]);
  if (wish.allow)
    return async (desk) => together(desk, [...inAdvance(desk), printNews(desk, process.stdout)]);
  const files = await readPageFiles().catch((error: unknown) => {
    const sentence = 'The page for your answers is not built: run "npm run setup" first, or use --terminal.';
    throw new AgentError(EXIT.defect, sentence, { cause: error });
  });
  return async (desk) => {
    const page = await openPage(desk, files, wish.open);
    const met = together(desk, [printNews(desk, process.stdout), page]);
    // Whoever closed the page gets the receipt as everybody else does who has none.
    return { ...met, goodbye: () => (page.viewers === 0 ? met.goodbye() : lastLook(page)) };
  };
}

function together(desk: CustomerDesk, interfaces: readonly CustomerInterface[]): MetCustomer {
  return {
    goodbye: () => handOverReceipt(desk, process.stdout),
    async close() {
      await Promise.all(interfaces.map((each) => each.close()));
    },
  };
}

async function openPage(
  desk: CustomerDesk,
  files: ReadonlyMap<string, PageFile>,
  open: boolean,
): Promise<LocalPage> {
  const page = await startLocalPage(desk, files);
  console.log(`Your answers are given on this page, which only you should open:\n  ${page.address}`);
  if (open)
    void openForCustomer(page.entrance()).then((opened) => {
      if (!opened) console.log('No browser could be opened. Copy the address above into one.');
    });
  return page;
}

/** A signal ends the wait: whoever started this program from a script has seen the sentence already. */
async function lastLook(page: LocalPage): Promise<void> {
  console.log('This page stays until you close it. Ctrl+C closes it now.');
  let done = () => {};
  const signalled = new Promise<void>((resolve) => {
    done = resolve;
  });
  const timer = setTimeout(done, LAST_LOOK_MS);
  process.on('SIGINT', done).on('SIGTERM', done).on('SIGHUP', done);
  await Promise.race([signalled, page.left()]);
  clearTimeout(timer);
  process.off('SIGINT', done).off('SIGTERM', done).off('SIGHUP', done);
}
