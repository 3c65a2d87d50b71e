import assert from 'node:assert/strict';
import { shownSentence } from '../../../console/customer/browser/shown-sentence.ts';
import type { LocalState } from '../../../protocol/local-page.ts';
import { localState } from '../local-state.ts';

const AT = '2026-03-14T12:00:00.000Z';
const [TINA, MAX] = ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'];

describe('who sees what a browser shows', () => {
  const says = (of: Partial<LocalState>, status: LocalState['session']['status'] = 'active') =>
    shownSentence(
      localState(of, {
        status,
        surface: { surface: 'tab', since: AT },
        watchers: [
          {
            watchingId: TINA,
            name: 'Tina Twin',
            role: 'technician',
            because: 'invited',
            standing: 'allowed',
            since: AT,
            isSeeing: true,
          },
          {
            watchingId: MAX,
            name: 'Max Manager',
            role: 'manager',
            because: 'supervises',
            standing: 'allowed',
            since: AT,
            isSeeing: true,
          },
        ],
      }),
    ).replaceAll(/[\u2068\u2069]/g, '');

  it('names everybody to whom a lane of this end is open', () => {
    assert.match(says({ inUse: ['view'] }), /\. Tess Technician sees that and nothing else\.$/);
    assert.match(
      says({ inUse: ['view'], watchedBy: [TINA, MAX] }),
      /\. Tess Technician, Tina Twin, and Max Manager see that and nothing else\.$/,
    );
    assert.match(says({ watchedBy: [MAX] }), /\. Max Manager sees that and nothing else\.$/);
  });

  it('says that nobody does while no lane is open, and what the technician may see', () => {
    assert.match(says({}), /\. Nobody sees it right now\. Tess Technician may see that and nothing else\.$/);
    assert.match(
      says({}, 'joined'),
      /Once the session starts, Tess Technician sees that and nothing else\.$/,
    );
  });
});
