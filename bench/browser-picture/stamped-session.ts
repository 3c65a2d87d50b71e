import { PASSWORD, PEOPLE, setUpOrganisation } from '../../test/support/api-client.ts';
import { type RunningBroker, startBroker } from '../../test/support/broker.ts';
import { newPerson, startBrowser } from '../../test/support/browser.ts';
import { CustomerPage } from '../../test/support/customer-page.ts';
import { startSharingBrowser } from '../../test/support/sharing-browser.ts';
import { TechnicianPage } from '../../test/support/technician-page.ts';
import { openStampedTab } from './stamped-tab.ts';

/** The picture at the technician's, once its first frame is there. */
export const SHOWN = '[data-frames] [data-connected]';

/** A session in which a customer's browser shows the stamped tab. */
export interface StampedSession {
  readonly broker: RunningBroker;
  readonly technician: TechnicianPage;
  readonly customer: CustomerPage;
  /** From the customer's yes to the first picture. */
  readonly firstPictureMs: number;
  close(): Promise<void>;
}

export async function startStampedSession(env: Record<string, string>): Promise<StampedSession> {
  const broker = await startBroker(env);
  await setUpOrganisation(broker.url, broker.setUpLink);
  const [staff, customers] = [await startBrowser(), await startSharingBrowser()];
  const { page } = await newPerson(staff, { width: 1920, height: 1080 });
  const technician = new TechnicianPage(page, broker.url);
  await technician.signIn(PEOPLE.tess.email, PASSWORD);
  const code = await technician.openSession({ name: 'Ada Example', reason: 'A bench', tools: ['view'] });
  const customer = new CustomerPage(await openStampedTab(customers));
  await customer.shareHere(broker.url, code);
  const shown = page.waitForSelector(SHOWN);
  const begun = performance.now();
  await customer.allow(['view']);
  await technician.admit();
  await shown;
  const firstPictureMs = performance.now() - begun;
  return {
    broker,
    technician,
    customer,
    firstPictureMs,
    async close() {
      await Promise.all([staff.close(), customers.close()]);
      await broker.close();
    },
  };
}
