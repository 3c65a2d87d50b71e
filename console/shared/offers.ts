import { useSyncExternalStore } from 'react';
import type { SessionOffer } from '../../protocol/passing.ts';
import { asProblem } from './api.ts';
import type { Live } from './live.ts';
import type { NoticeKind } from './notice-kind.ts';
import { useSignedIn } from './signed-in.tsx';
import { WritableStore } from './store.ts';
import { t } from './strings.ts';
import { tabStorage } from './tab-storage.ts';

const text = t.passing.offers;
/** Kept by the tab: one that is loaded anew waits still. */
const TAKEN = 'countersign-taken';

/** What the page around it does. */
export interface OffersPage {
  tell(text: string, kind: NoticeKind): void;
  /** The session is this user's: its page opens. */
  open(sessionId: string): void;
}

type OffersLive = Pick<Live, 'status' | 'onMessage' | 'request'>;

/** Sessions that are offered to this user, as the broker pushes them whole, and the one that this tab has taken. */
export class Offers extends WritableStore<readonly SessionOffer[]> {
  readonly #live: OffersLive;
  readonly #page: OffersPage;
  /** Said already: a broker that is back tells all of them again. */
  readonly #told = new Set<string>();

  constructor(live: OffersLive, page: OffersPage) {
    super([]);
    this.#live = live;
    this.#page = page;
    live.onMessage((message) => {
      if (message.type === 'offers.state') this.#follow(message.items);
    });
    // Without the broker nobody waits: it tells again when it is back.
    live.status.subscribe(() => {
      if (live.status.get() !== 'online') this.set([]);
    });
  }

  /** The customer is asked now. Refusals are thrown as a Problem. */
  async take({ sessionId, passingId }: SessionOffer): Promise<void> {
    tabStorage.setItem(TAKEN, passingId);
    try {
      await this.#live.request({ type: 'passing.take', sessionId, passingId });
    } catch (thrown) {
      tabStorage.removeItem(TAKEN);
      throw asProblem(thrown);
    }
  }

  /** Not, or not any more. */
  async decline({ sessionId, passingId }: SessionOffer): Promise<void> {
    if (isTaken(passingId)) tabStorage.removeItem(TAKEN);
    await this.#live.request({ type: 'passing.decline', sessionId, passingId });
  }

  #follow(items: readonly SessionOffer[]): void {
    const known = new Set(this.get().map(({ passingId }) => passingId));
    this.set(items);
    for (const offer of items) {
      const { passingId, standing } = offer;
      if (standing === 'offered') this.#tell(offer);
      if (!isTaken(passingId)) continue;
      // A page that came anew says that it is there; to one that was there it changes nothing.
      if (standing === 'asked' && !known.has(passingId)) this.take(offer).catch(() => {});
      if (standing !== 'asked' && standing !== 'offered') this.#over(offer);
    }
  }

  #tell({ passingId, technician }: SessionOffer): void {
    if (this.#told.has(passingId)) return;
    this.#told.add(passingId);
    this.#page.tell(text.toast(technician), 'info');
  }

  #over({ sessionId, standing, contact, technician }: SessionOffer): void {
    tabStorage.removeItem(TAKEN);
    if (standing === 'passed') {
      this.#page.tell(text.over.passed(contact), 'done');
      this.#page.open(sessionId);
    } else if (standing !== 'asked' && standing !== 'offered')
      this.#page.tell(text.over[standing](contact, technician), 'warning');
  }
}

const isTaken = (passingId: string): boolean => tabStorage.getItem(TAKEN) === passingId;

/** Those that can be answered, or wait for the customer. */
export function useOffers(): readonly SessionOffer[] {
  const { offers } = useSignedIn();
  const all = useSyncExternalStore(
    (listener) => offers.subscribe(listener),
    () => offers.get(),
  );
  return all.filter(({ standing }) => standing === 'offered' || standing === 'asked');
}
