import assert from 'node:assert/strict';
import { mock } from 'node:test';
import {
  forgetSession,
  type KeptSession,
  keepSession,
  keepUsed,
  keptSession,
} from '../../../console/customer/browser/kept-session.ts';
import { tabStorage } from '../../../console/shared/tab-storage.ts';

const session: KeptSession = {
  code: '123-456-789',
  sessionId: '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5a',
  agentToken: 'a token',
  allowed: ['view', 'chat'],
  used: ['view'],
  watchers: [],
  lastNumber: 3,
  left: [],
};

describe('what was used, as a customer’s tab keeps it', () => {
  beforeEach(() => {
    mock.timers.enable({ apis: ['setInterval'] });
    keepSession(session);
  });
  afterEach(() => {
    mock.timers.reset();
    mock.restoreAll();
    forgetSession();
  });

  it('is written as it happens, beside what was kept meanwhile, and read only then', () => {
    let now: KeptSession['used'] = session.used;
    const reading = mock.method(tabStorage, 'getItem');
    const stop = keepUsed(session.used, () => now);
    mock.timers.tick(60_000);
    assert.equal(reading.mock.callCount(), 0);
    keepSession({ ...session, lastNumber: 4 });
    now = ['view', 'chat'];
    mock.timers.tick(2_000);
    assert.deepEqual(keptSession(), { ...session, lastNumber: 4, used: now });
    const times = reading.mock.callCount();
    mock.timers.tick(60_000);
    assert.equal(reading.mock.callCount(), times);
    stop();
  });

  it('is not written once the session is over', () => {
    const stop = keepUsed(session.used, () => ['view', 'chat']);
    forgetSession();
    mock.timers.tick(2_000);
    assert.equal(keptSession(), undefined);
    stop();
  });
});
