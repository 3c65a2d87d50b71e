import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import type { FakeClock } from '../support/fake-clock.ts';
import { type AnyStore, EVERYTHING, query } from './describe-record-store.ts';
import { begin, TECHNICIAN } from './stories.ts';

const SESSIONS = 600;
/** More words than a store would name one by one. */
const KINDS = 80;
const BO = { ...TECHNICIAN, userId: uuid(), name: 'Bo Lind', email: 'bo@helpdesk.example', team: 'South' };

/** What a search finds where there are so many sessions that a store takes other ways to them. */
export function describeManySessions(current: () => { store: AnyStore; clock: FakeClock }): void {
  describe('a search of many sessions', () => {
    const sessions = Array.from({ length: SESSIONS }, (_, index) =>
      begin({
        reference: `INC-${1000 + index}`,
        contact: { name: `Customer ${(index * 7919) % SESSIONS}` },
        technician: index % 7 === 0 ? BO : TECHNICIAN,
        reason: `${index % 2 === 0 ? 'Printer' : 'Invoices'} and spoolkind${index % KINDS}`,
      }),
    );
    type Session = (typeof sessions)[number];
    const fill = async () => {
      for (let next = 0; next < SESSIONS; next += 100)
        await current().store.append(sessions.slice(next, next + 100));
    };
    const all = async (given: Record<string, unknown>, scope: Parameters<AnyStore['sessions']>[1]) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await current().store.sessions(query({ ...given, limit: 200, cursor }), scope);
        ids.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return ids;
    };
    const idsOf = (some: readonly Session[]) => some.map(({ sessionId }) => sessionId);
    const newestFirst = (matches: (session: Session) => boolean) => idsOf(sessions.filter(matches)).reverse();
    const says = (word: string) => (session: Session) => session.reason.toLowerCase().includes(word);

    it('finds a common word, a beginning of many words, and one of few', async () => {
      await fill();
      assert.deepEqual(await all({ q: 'printer' }, EVERYTHING), newestFirst(says('printer')));
      assert.deepEqual(await all({ q: 'invoice' }, EVERYTHING), newestFirst(says('invoice')));
      assert.deepEqual(await all({ q: 'spoolkind' }, EVERYTHING), newestFirst(says('spoolkind')));
      assert.deepEqual(await all({ q: 'SPOOLKIND7' }, EVERYTHING), newestFirst(says('spoolkind7')));
      assert.deepEqual(
        await all({ q: 'INC-1234' }, EVERYTHING),
        newestFirst(({ reference }) => reference === 'INC-1234'),
      );
      assert.deepEqual(
        await all({ q: 'INC-123' }, EVERYTHING),
        newestFirst(({ reference = '' }) => reference.startsWith('INC-123')),
      );
      assert.deepEqual(await all({ q: 'spoolkinder' }, EVERYTHING), []);
    });

    it('finds of them only what is in the scope and of whom it was asked for', async () => {
      await fill();
      const ofBo = newestFirst(
        (session) => says('printer')(session) && session.technician.userId === BO.userId,
      );
      assert.deepEqual(await all({ q: 'printer' }, { technicianId: BO.userId }), ofBo);
      assert.deepEqual(await all({ q: 'printer' }, { teams: ['South', 'East'] }), ofBo);
      assert.deepEqual(await all({ q: 'printer', technician: BO.userId }, EVERYTHING), ofBo);
      assert.deepEqual(await all({ q: 'printer', team: 'South' }, EVERYTHING), ofBo);
      assert.deepEqual(await all({ q: 'printer', team: 'South' }, { teams: ['North'] }), []);
      assert.deepEqual(await all({ q: 'printer' }, { teams: [] }), []);
    });

    it('has them in any order', async () => {
      await fill();
      const byContact = (some: readonly Session[]) =>
        some.toSorted((a, b) => (a.contact.name < b.contact.name ? -1 : 1));
      for (const word of ['printer', 'spoolkind', 'spoolkind7']) {
        const wanted = idsOf(byContact(sessions.filter(says(word))));
        assert.deepEqual(await all({ q: word, sort: 'contact' }, EVERYTHING), wanted, word);
        assert.deepEqual(await all({ q: word, sort: '-contact' }, EVERYTHING), wanted.toReversed(), word);
      }
      const ofBo = byContact(sessions.filter(({ technician }) => technician.userId === BO.userId));
      assert.deepEqual(
        await all({ q: 'printer', sort: 'contact' }, { technicianId: BO.userId }),
        idsOf(ofBo.filter(says('printer'))),
      );
    });

    it('tells nobody whose a session is by a word that only the store writes', async () => {
      await fill();
      const typed = `\ue000u${BO.userId.replaceAll('-', '')}`;
      assert.deepEqual(await all({ q: typed }, EVERYTHING), []);
      assert.deepEqual(await all({ q: BO.userId.replaceAll('-', '') }, EVERYTHING), []);
    });
  });
}
