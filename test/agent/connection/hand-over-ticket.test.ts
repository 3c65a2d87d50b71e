import assert from 'node:assert/strict';
import { inheritedTools, readTicket } from '../../../agent/connection/hand-over-ticket.ts';
import { SigningEnd } from '../../support/signing-end.ts';

const SESSION = '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
const inUrl = (key: string) => key.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

describe('the ticket of a hand-over', () => {
  const browser = new SigningEnd('customer', SESSION);
  const { signingKey } = new SigningEnd('customer');
  const ticket = readTicket(`${'t'.repeat(43)}.${inUrl(browser.signingKey)}`);
  const here = { sessionId: SESSION, signingKey };
  const word = (change: object = {}, by = browser) =>
    by.say({ type: 'agent.handed-over', signingKey, allowed: ['view', 'chat'], statements: 1, ...change });

  it('is the broker’s part, and the key of the browser where it has one', () => {
    assert.deepEqual(ticket, { ticket: 't'.repeat(43), browserKey: inUrl(browser.signingKey) });
    assert.deepEqual(readTicket(` ${'t'.repeat(43)}\n`), { ticket: 't'.repeat(43) });
    for (const wrong of ['', '123-456-789', 't'.repeat(42), `${'t'.repeat(43)}.`, `${'t'.repeat(43)}.short`])
      assert.throws(() => readTicket(wrong), /Copy the command again/);
  });

  it('keeps allowed what the browser signed for this program', () => {
    assert.deepEqual(inheritedTools(word(), ticket, here), ['view', 'chat']);
  });

  it('believes no other key, no other program, no other session and no other word', () => {
    const stranger = new SigningEnd('customer', SESSION);
    const nothing = [
      word({}, stranger),
      word({ signingKey: stranger.signingKey }),
      { ...word(), text: word().text.replace('"chat"', '"control"') },
      new SigningEnd('customer', SESSION).sign('no statement'),
      browser.say({
        type: 'consent.volunteered',
        tool: 'chat',
        textVersion: '1',
        textSha256: 'a'.repeat(64),
      }),
    ];
    for (const each of nothing) assert.deepEqual(inheritedTools(each, ticket, here), []);
    const elsewhere = { ...here, sessionId: '0198a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c' };
    assert.deepEqual(inheritedTools(word(), ticket, elsewhere), []);
    assert.deepEqual(inheritedTools(word(), readTicket('t'.repeat(43)), here), []);
  });
});
