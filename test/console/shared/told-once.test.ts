import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Invitations } from '../../../console/shared/invitations.ts';
import type { LiveStatus } from '../../../console/shared/live.ts';
import { Offers } from '../../../console/shared/offers.ts';
import { WritableStore } from '../../../console/shared/store.ts';
import { t } from '../../../console/shared/strings.ts';
import { ToConsole } from '../../../protocol/console-messages.ts';

const AT = '2026-03-02T09:00:00.000Z';
const asked = { sessionId: randomUUID(), technician: 'Tess', contact: 'Ada', reason: 'Look at this' };

describe('what a colleague asks', () => {
  let status: WritableStore<LiveStatus>;
  let push: (message: object) => void;
  let told: string[];
  const tell = (text: string) => void told.push(text);
  const live = () => ({
    status,
    onMessage(listener: (message: ToConsole) => void) {
      push = (message) => listener(ToConsole.parse(message));
      return () => {};
    },
    request: async () => undefined as never,
  });
  /** The broker goes away and is back, and tells everything again. */
  const comesBack = (message: object) => {
    status.set('offline');
    status.set('online');
    push(message);
  };
  beforeEach(() => {
    status = new WritableStore<LiveStatus>('online');
    told = [];
  });

  it('is said once for each invitation, however often the broker tells it', () => {
    const invitations = new Invitations(live(), tell);
    const first = { type: 'invitations.state', items: [{ ...asked, watchingId: randomUUID(), at: AT }] };
    push(first);
    assert.deepEqual(told, [t.watching.invitations.toast('Tess')]);
    comesBack(first);
    assert.equal(told.length, 1);
    assert.equal(invitations.get().length, 1, 'it stands there still');
    push({ ...first, items: [...first.items, { ...asked, watchingId: randomUUID(), at: AT }] });
    assert.equal(told.length, 2, 'another one is said');
  });

  it('is said once for each offer, too', () => {
    const offers = new Offers(live(), { tell, open: () => {} });
    const first = {
      type: 'offers.state',
      items: [{ ...asked, about: 'Printing', passingId: randomUUID(), standing: 'offered', since: AT }],
    };
    push(first);
    comesBack(first);
    assert.deepEqual(told, [t.passing.offers.toast('Tess')]);
    assert.equal(offers.get().length, 1);
  });
});
