import assert from 'node:assert/strict';
import { SessionStore } from '../../../console/shared/session-store.ts';

const state = (revision: number, sessionId = 'one') => ({ sessionId, revision });

describe('SessionStore', () => {
  it('keeps the newest pushed state and drops one that came late', () => {
    const store = new SessionStore('one');
    store.pushed(state(2));
    store.pushed(state(1));
    assert.equal(store.state.get()?.revision, 2);
    store.pushed(state(3));
    assert.equal(store.state.get()?.revision, 3);
  });

  it('takes the answer to a watch whatever its number: a restarted broker counts anew', () => {
    const store = new SessionStore('one');
    store.pushed(state(40));
    store.watched(state(1));
    assert.equal(store.state.get()?.revision, 1);
    store.pushed(state(2));
    assert.equal(store.state.get()?.revision, 2);
  });

  it('takes no state of another session', () => {
    const store = new SessionStore('one');
    store.pushed(state(1, 'two'));
    store.watched(state(1, 'two'));
    assert.equal(store.state.get(), undefined);
  });

  it('tells of a change once', () => {
    const store = new SessionStore('one');
    let told = 0;
    const stop = store.state.subscribe(() => {
      told += 1;
    });
    store.pushed(state(1));
    store.pushed(state(0));
    stop();
    store.pushed(state(2));
    assert.equal(told, 1);
  });
});
