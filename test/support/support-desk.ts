import type { Browser, Page } from 'playwright-core';
import type { SessionDetail } from '../../protocol/session-record.ts';
import type { Tool } from '../../protocol/tool.ts';
import { type RunningAgent, startAgent } from './agent.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from './api-client.ts';
import { type ReachableBroker, type RunningBroker, startBroker } from './broker.ts';
import { newPerson, startBrowser } from './browser.ts';
import { CustomerPage } from './customer-page.ts';
import { fakeMicrophone } from './fake-microphone.ts';
import { TechnicianPage } from './technician-page.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';
import { startVirtualDisplay, type VirtualDisplay } from './virtual-display.ts';

type Person = keyof typeof PEOPLE;

/** A session as a journey holds it: both people at their pages, and the record as an auditor reads it. */
export interface SupportSession {
  readonly technician: TechnicianPage;
  readonly customer: CustomerPage;
  readonly agent: RunningAgent;
  readonly id: string;
  /** `123-456-789`; the agent has used it. */
  readonly code: string;
  /** Below it `Countersign` is made for received files. */
  readonly downloads: string;
  /** The customer's home folder. */
  readonly home: string;
  record(): Promise<SessionDetail>;
  /** The types of its entries in order, without what the two ends signed of it. */
  story(): Promise<string[]>;
}

/** A support organisation for one journey: a real broker, a real display, real browsers. */
export interface SupportDesk<Broker extends ReachableBroker = RunningBroker> {
  readonly broker: Broker;
  readonly display: VirtualDisplay;
  readonly browser: Browser;
  /** The customers', where they have one of their own. */
  readonly customers: Browser;
  api(person: Person): Promise<ApiClient>;
  /** A signed-in technician at the console. */
  technician(person: Person): Promise<TechnicianPage>;
  /**
   * Opens a session, starts the agent on the display, opens its page. With `allow` the customer has answered and the
   * technician has let the computer in. `url`: where the agent finds the broker, when that is a cable of its own.
   */
  session(options?: {
    tools?: readonly Tool[];
    allow?: readonly Tool[];
    person?: Person;
    technician?: TechnicianPage;
    contact?: string;
    url?: string;
  }): Promise<SupportSession>;
  close(): Promise<void>;
}

interface DeskOptions {
  width?: number;
  height?: number;
  /** The sound files that two browsers' microphones hear; without them there is one browser for all, with no microphone. */
  microphones?: { staff: string; customers: string };
}

export async function openSupportDesk(
  options: DeskOptions & { env?: Record<string, string> } = {},
): Promise<SupportDesk> {
  return openSupportDeskAt(await startBroker(options.env), options);
}

/** The same with a broker of the test's own; the desk closes it. */
export async function openSupportDeskAt<Broker extends ReachableBroker>(
  broker: Broker,
  options: DeskOptions = {},
): Promise<SupportDesk<Broker>> {
  await setUpOrganisation(broker.url, broker.setUpLink);
  const display = await startVirtualDisplay({ width: options.width ?? 1024, height: options.height ?? 640 });
  const { microphones } = options;
  const browser = await startBrowser(fakeMicrophone(microphones?.staff));
  const customers = microphones ? await startBrowser(fakeMicrophone(microphones.customers)) : browser;
  const folders: TemporaryFolder[] = [];
  const agents: RunningAgent[] = [];

  const api = async (person: Person) => {
    const client = new ApiClient(broker.url);
    await client.signIn(PEOPLE[person].email, PASSWORD);
    return client;
  };
  const technician = async (person: Person) => {
    const { page } = await newPerson(browser);
    const console = new TechnicianPage(page, broker.url);
    await console.signIn(PEOPLE[person].email, PASSWORD);
    return console;
  };
  const addressOfSession = async (page: Page) => {
    await page.waitForURL(/\/sessions\/[0-9a-f-]{36}/);
    return new URL(page.url()).pathname.split('/')[2]!;
  };

  return {
    broker,
    display,
    browser,
    customers,
    api,
    technician,
    async session({
      tools = ['view'] as const,
      allow,
      person = 'tess',
      contact = 'Ada Example',
      url,
      ...rest
    } = {}) {
      const helper = rest.technician ?? (await technician(person));
      const code = await helper.openSession({ name: contact, reason: 'Printing fails', tools });
      const id = await addressOfSession(helper.page);
      const [downloads, home] = [await temporaryFolder(), await temporaryFolder()];
      folders.push(downloads, home);
      const agent = startAgent({
        url: url ?? broker.url,
        code,
        display: display.display,
        downloads: downloads.path,
        home: home.path,
      });
      agents.push(agent);
      const customer = new CustomerPage((await newPerson(customers, { width: 900, height: 900 })).page);
      await customer.open(await agent.pageAddress());
      if (allow) {
        await customer.allow(allow);
        await helper.admit();
        if (allow.includes('view')) await helper.sees('view', 'in-use');
      }
      const auditor = await api('ada');
      const record = () => auditor.session(id);
      const story = async () =>
        (await record()).timeline
          .map(({ type }) => type)
          .filter((type) => !type.startsWith('account.') && type !== 'file.name-stated');
      return {
        technician: helper,
        customer,
        agent,
        id,
        code,
        downloads: downloads.path,
        home: home.path,
        record,
        story,
      };
    },
    async close() {
      await Promise.all([browser.close(), customers.close()]);
      await Promise.all(agents.map((agent) => agent.stop()));
      await display.stop();
      await broker.close();
      await Promise.all(folders.map((folder) => folder.remove()));
    },
  };
}
