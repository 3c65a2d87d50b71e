import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { checkAccounts } from '../../../protocol/proof/account.ts';
import { checkSignatures } from '../../../protocol/proof/receipt-signatures.ts';
import type { NewSessionEntry, SessionEntry } from '../../../protocol/record.ts';
import type { Surface } from '../../../protocol/surface.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { hashBytes, isSignatureOf, sha256 } from '../../../server/records/node-signatures.ts';
import { NODE_CRYPTO } from '../../../server/records/transparency/node-crypto.ts';
import { SigningEnd } from '../../support/signing-end.ts';

const shown = { textVersion: '1', textSha256: sha256('You can stop at any time.') };
const computer = { platform: 'b', architecture: 'c', address: '192.0.2.7' };
const browserAgent = { kind: 'browser' as const, version: '1', capable: ['view' as const, 'chat' as const] };

/** A browser that allowed `view` and `chat` and handed over, and a program that goes on; a test spoils one thing. */
class HandedOverStory {
  readonly sessionId = randomUUID();
  readonly browser = new SigningEnd('customer', this.sessionId);
  readonly program = new SigningEnd('customer', this.sessionId);
  entries: SessionEntry[] = [];

  begin(signingKey: string | undefined = this.browser.signingKey): void {
    const { sessionId } = this;
    const key = signingKey === '' ? {} : { signingKey };
    this.write({
      type: 'session.joined',
      sessionId,
      computer,
      agent: browserAgent,
      agentTokenHash: 'x',
      ...key,
    });
  }

  allow(end: SigningEnd, tool: Tool, isSigned = true): void {
    const said = { type: 'consent.volunteered' as const, tool, ...shown };
    if (isSigned) this.says(end, said);
    this.write({ sessionId: this.sessionId, ...said });
  }

  handOver(options: { allowed: Tool[]; written?: Tool[]; by?: SigningEnd | undefined; to?: string }): void {
    const { sessionId, program, browser } = this;
    const { allowed, written = allowed, to = program.signingKey } = options;
    const by = 'by' in options ? options.by : browser;
    if (by) this.says(by, { type: 'agent.handed-over', signingKey: to, allowed, statements: by.number + 1 });
    this.write({
      type: 'agent.handed-over',
      sessionId,
      computer,
      agent: { kind: 'native', version: '2', capable: ['view', 'control', 'chat'] },
      agentTokenHash: 'y',
      signingKey: program.signingKey,
      allowed: written,
      from: { kind: 'browser', version: '1', platform: 'b', ...(by && { signingKey: browser.signingKey }) },
    });
  }

  open(tool: Tool, by: SigningEnd | undefined): void {
    const { sessionId } = this;
    const lane = { tool, laneId: randomUUID() };
    if (by) this.says(by, { type: 'tool.started', ...lane });
    this.write({ type: 'lane.opened', sessionId, ...lane });
    const bytes = { bytesFromTechnician: 5, bytesFromCustomer: 5 };
    this.write({ type: 'lane.closed', sessionId, ...lane, reason: 'done', ...bytes });
    if (by) this.says(by, { type: 'tool.stopped', ...lane, sent: 5, received: 5 });
  }

  end(): void {
    const { sessionId, program } = this;
    const ending = { status: 'ended', endedBy: 'technician', reason: 'done' } as const;
    this.write({ type: 'session.ended', sessionId, ...ending });
    this.says(program, { type: 'session.ended', ...ending, statements: program.number + 1 });
  }

  says(end: SigningEnd, says: Parameters<SigningEnd['say']>[0]): void {
    const { sessionId } = this;
    const { signingKey } = end;
    this.write({ type: 'account.stated', sessionId, side: 'customer', signingKey, ...end.say(says) });
  }

  write(entry: NewSessionEntry): void {
    const seq = this.entries.length + 1;
    this.entries.push({ ...entry, id: randomUUID(), seq, at: '2026-03-02T09:00:00.000Z' });
  }

  async customer(): Promise<string> {
    const verify = async (...signed: Parameters<typeof isSignatureOf>) => isSignatureOf(...signed);
    const { customer } = await checkAccounts(this.entries, verify, hashBytes);
    return [customer?.state, ...(customer?.findings ?? []).map(({ about }) => about)].join(' ');
  }
}

describe('the account of a customer whose browser handed over', () => {
  let story: HandedOverStory;
  let browser: SigningEnd;
  let program: SigningEnd;
  beforeEach(() => {
    story = new HandedOverStory();
    ({ browser, program } = story);
  });

  it('is signed where each agent signed its part, and what stayed allowed may be used', async () => {
    story.begin();
    story.allow(browser, 'view');
    story.allow(browser, 'chat');
    story.open('view', browser);
    story.handOver({ allowed: ['chat'] });
    story.open('chat', program);
    story.allow(program, 'view');
    story.allow(program, 'control');
    story.open('control', program);
    story.end();
    assert.equal(await story.customer(), 'signed');
    const [account] = checkSignatures(NODE_CRYPTO, story.entries);
    assert.equal(account?.fingerprints.length, 2);
    assert.deepEqual(account?.unsigned, []);
  });

  it('counts grants of the program from one again, whatever the browser had taken back', async () => {
    story.begin();
    story.allow(browser, 'view');
    for (let time = 0; time < 3; time += 1) {
      story.says(browser, { type: 'grant.revoked', tool: 'view' });
      story.write({ type: 'grant.revoked', sessionId: story.sessionId, tool: 'view', by: 'customer' });
    }
    story.handOver({ allowed: [] });
    story.allow(program, 'view');
    story.open('view', program);
    story.end();
    assert.equal(await story.customer(), 'signed');
  });

  it('disagrees where a program came that the browser did not vouch for', async () => {
    story.begin();
    story.handOver({ allowed: [], to: new SigningEnd('customer').signingKey });
    story.end();
    assert.match(await story.customer(), /^disagrees.* not-said/);

    story = new HandedOverStory();
    story.begin();
    story.allow(story.browser, 'chat');
    story.handOver({ allowed: [], by: undefined });
    story.end();
    assert.match(await story.customer(), /^disagrees.* not-said/);
  });

  it('disagrees where more stayed allowed than the browser said', async () => {
    story.begin();
    story.allow(browser, 'chat');
    story.handOver({ allowed: [], written: ['chat'] });
    story.end();
    assert.equal(await story.customer(), 'disagrees other-answer');
  });

  it('disagrees where the picture stayed allowed though the browser never showed the screen', async () => {
    const showing = (surface: Surface) => {
      story = new HandedOverStory();
      story.begin();
      story.allow(story.browser, 'view');
      story.says(story.browser, { type: 'surface.shared', surface });
      story.handOver({ allowed: ['view'] });
      story.open('view', story.program);
      story.end();
      return story.customer();
    };
    assert.equal(await showing('screen'), 'signed');
    assert.equal(await showing('tab'), 'disagrees not-granted not-granted');
  });

  it('disagrees where a tool was used that did not stay allowed, or that the browser allowed too late', async () => {
    story.begin();
    story.allow(browser, 'view');
    story.handOver({ allowed: [] });
    story.open('view', program);
    story.end();
    assert.equal(await story.customer(), 'disagrees not-granted');

    story = new HandedOverStory();
    story.begin();
    story.handOver({ allowed: [] });
    story.allow(story.browser, 'view');
    story.open('view', story.program);
    story.end();
    assert.match(await story.customer(), /^disagrees/);
  });

  it('is incomplete where the browser’s last word is not its last, or its browser had no key', async () => {
    story.begin();
    story.handOver({ allowed: [] });
    story.says(browser, { type: 'surface.shared', surface: 'tab' });
    story.end();
    assert.equal(await story.customer(), 'incomplete not-closed');

    story = new HandedOverStory();
    story.begin('');
    story.allow(story.browser, 'chat', false);
    story.open('chat', undefined);
    story.handOver({ allowed: [], by: undefined });
    story.end();
    assert.equal(await story.customer(), 'incomplete unsigned-agent');
  });
});
