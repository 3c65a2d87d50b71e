import type { Browser } from 'playwright-core';
import type { SessionDetail } from '../../protocol/session-record.ts';
import type { Tool } from '../../protocol/tool.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from './api-client.ts';
import { type ReachableBroker, type RunningBroker, startBroker } from './broker.ts';
import { newPerson, startBrowser } from './browser.ts';
import { CustomerPage } from './customer-page.ts';
import { fakeMicrophone } from './fake-microphone.ts';
import { newCustomer, type ShownTab, startSharingBrowser } from './sharing-browser.ts';
import { TechnicianPage } from './technician-page.ts';

/** A session whose customer shares from their browser. */
export interface BrowserSession {
  readonly technician: TechnicianPage;
  readonly customer: CustomerPage;
  readonly shown: ShownTab;
  readonly id: string;
  readonly code: string;
  record(): Promise<SessionDetail>;
  /** The types of its entries in order, without what the two ends signed of it. */
  story(): Promise<string[]>;
}

/** A support organisation whose customers install nothing: a real broker and two real browsers. */
export interface BrowserDesk<Broker extends ReachableBroker = RunningBroker> {
  readonly broker: Broker;
  readonly staff: Browser;
  readonly customers: Browser;
  technician(person?: keyof typeof PEOPLE): Promise<TechnicianPage>;
  /** With `allow` the customer has answered, and the technician has let them in. */
  session(options: { tools: readonly Tool[]; allow?: readonly Tool[] }): Promise<BrowserSession>;
  close(): Promise<void>;
}

/** What the desk's two browsers are given. */
export interface BrowserWishes {
  /** The sound file that the microphone hears; without one that browser has no microphone. */
  readonly staff?: string;
  readonly customers?: string;
  /** Of Chromium, for both. */
  readonly flags?: readonly string[];
  /** Runs in each page of both before its own scripts. */
  readonly script?: () => void;
}

export async function openBrowserDesk(
  env: Record<string, string> = {},
  wishes: BrowserWishes = {},
): Promise<BrowserDesk> {
  return openBrowserDeskAt(await startBroker(env), wishes);
}

/** The same with a broker of the test's own; the desk closes it. */
export async function openBrowserDeskAt<Broker extends ReachableBroker>(
  broker: Broker,
  wishes: BrowserWishes = {},
): Promise<BrowserDesk<Broker>> {
  const { flags = [], script } = wishes;
  await setUpOrganisation(broker.url, broker.setUpLink);
  const staff = await startBrowser([...fakeMicrophone(wishes.staff), ...flags]);
  const customers = await startSharingBrowser([...fakeMicrophone(wishes.customers), ...flags]);
  const auditor = new ApiClient(broker.url);
  await auditor.signIn(PEOPLE.ada.email, PASSWORD);
  const signedIn = async (person: keyof typeof PEOPLE = 'tess') => {
    const technician = new TechnicianPage((await newPerson(staff, { script })).page, broker.url);
    await technician.signIn(PEOPLE[person].email, PASSWORD);
    return technician;
  };
  return {
    broker,
    staff,
    customers,
    technician: signedIn,
    async session({ tools, allow }) {
      const technician = await signedIn();
      const code = await technician.openSession({ name: 'Ada Example', reason: 'Printing fails', tools });
      await technician.page.waitForURL(/\/sessions\/[0-9a-f-]{36}/);
      const id = new URL(technician.page.url()).pathname.split('/')[2]!;
      const { page, shown } = await newCustomer(customers, { script });
      const customer = new CustomerPage(page);
      await customer.shareHere(broker.url, code);
      if (allow) {
        await customer.allow(allow);
        await technician.admit();
        if (allow.includes('view')) await technician.sees('view', 'in-use');
      }
      const record = () => auditor.session(id);
      const story = async () =>
        (await record()).timeline
          .map(({ type }) => type)
          .filter((type) => !type.startsWith('account.') && type !== 'file.name-stated');
      return { technician, customer, shown, id, code, record, story };
    },
    async close() {
      await Promise.all([staff.close(), customers.close()]);
      await broker.close();
    },
  };
}
