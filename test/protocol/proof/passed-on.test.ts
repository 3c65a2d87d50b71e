import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { checkAccounts } from '../../../protocol/proof/account.ts';
import { checkSignatures } from '../../../protocol/proof/receipt-signatures.ts';
import { successorDigestInput } from '../../../protocol/proof/successor-digest.ts';
import type { NewSessionEntry, SessionEntry } from '../../../protocol/record.ts';
import { hashBytes, isSignatureOf, sha256 } from '../../../server/records/node-signatures.ts';
import { NODE_CRYPTO } from '../../../server/records/transparency/node-crypto.ts';
import { contradictionsIn } from '../../../server/records/verify/signature-sentences.ts';
import { SigningEnd } from '../../support/signing-end.ts';

const shown = { textVersion: '1', textSha256: sha256('You can stop at any time.') };
const tess = { userId: randomUUID(), name: 'Tess Technician', team: 'first line' };
const bob = { userId: randomUUID(), name: 'Bob Technician', team: 'second line' };
const eve = { userId: randomUUID(), name: 'Eve Evil', team: 'second line' };

/** A session that Tess passes on to Bob, signed by all three; a test spoils one thing. */
class PassedStory {
  readonly sessionId = randomUUID();
  readonly passingId = randomUUID();
  readonly customer = new SigningEnd('customer', this.sessionId);
  readonly first = new SigningEnd('technician', this.sessionId);
  readonly second = new SigningEnd('technician', this.sessionId);
  entries: SessionEntry[] = [];

  begin({ isSigned = true } = {}): void {
    const { sessionId } = this;
    this.write({
      type: 'session.created',
      sessionId,
      technician: tess,
      contact: { name: 'Ada Customer' },
      detailsGiven: [],
      reason: 'The printer is on fire',
      tools: ['view'],
      codeHash: 'x',
      codeExpiresAt: '2026-03-02T09:10:00.000Z',
    });
    const computer = { platform: 'b', architecture: 'c', address: '192.0.2.7' };
    const agent = { kind: 'native' as const, version: '1', capable: ['view' as const] };
    const { signingKey } = this.customer;
    const key = isSigned ? { signingKey } : {};
    this.write({ type: 'session.joined', sessionId, computer, agent, agentTokenHash: 'x', ...key });
    this.signs(this.first);
    this.says(this.first, { type: 'computer.admitted', ...key });
    this.write({ type: 'session.admitted', sessionId });
    const said = { type: 'consent.volunteered' as const, tool: 'view' as const, ...shown };
    if (isSigned) this.says(this.customer, said);
    this.write({ sessionId, ...said });
  }

  ask(successor = bob): void {
    const { sessionId, passingId } = this;
    const expiresAt = '2026-03-02T09:01:00.000Z';
    this.write({ type: 'passing.asked', sessionId, passingId, successor, expiresAt });
  }

  answer({ isSigned = true, about = bob, allowed = true } = {}): void {
    const { sessionId, passingId } = this;
    const successorSha256 = sha256(successorDigestInput(passingId, about));
    const said = { type: 'passing.answered' as const, passingId, mode: 'person' as const, successorSha256 };
    if (isSigned) this.says(this.customer, { ...said, allowed });
    this.write({ sessionId, ...said, allowed: true });
  }

  pass({ to = bob, from = tess, isClosed = true } = {}): void {
    const { sessionId, passingId, first } = this;
    this.write({ type: 'session.passed', sessionId, passingId, technician: to, from });
    if (isClosed) this.says(first, { type: 'session.passed', passingId, statements: first.number + 1 });
  }

  open(by: SigningEnd, signing: SigningEnd | undefined = this.customer): void {
    const { sessionId } = this;
    const lane = { tool: 'view' as const, laneId: randomUUID() };
    const ends = [by, ...(signing ? [signing] : [])];
    for (const end of ends) this.says(end, { type: 'tool.started', ...lane });
    this.write({ type: 'lane.opened', sessionId, ...lane });
    const bytes = { bytesFromTechnician: 5, bytesFromCustomer: 5 };
    this.write({ type: 'lane.closed', sessionId, ...lane, reason: 'done', ...bytes });
    for (const end of ends) this.says(end, { type: 'tool.stopped', ...lane, sent: 5, received: 5 });
  }

  end(ends = [this.second, this.customer]): void {
    const { sessionId } = this;
    const ending = { status: 'ended', endedBy: 'technician', reason: 'done' } as const;
    this.write({ type: 'session.ended', sessionId, ...ending });
    for (const end of ends) this.says(end, { type: 'session.ended', ...ending, statements: end.number + 1 });
  }

  /** The key of a technician speaks from here on. */
  signs({ signingKey }: SigningEnd): void {
    this.write({ type: 'account.began', sessionId: this.sessionId, side: 'technician', signingKey });
  }

  says(end: SigningEnd, says: Parameters<SigningEnd['say']>[0]): void {
    const { signingKey, side } = end;
    this.write({ type: 'account.stated', sessionId: this.sessionId, side, signingKey, ...end.say(says) });
  }

  write(entry: NewSessionEntry): void {
    const seq = this.entries.length + 1;
    this.entries.push({ ...entry, id: randomUUID(), seq, at: '2026-03-02T09:00:00.000Z' });
  }

  async found(): Promise<{ technician: string; customer: string }> {
    const verify = async (...signed: Parameters<typeof isSignatureOf>) => isSignatureOf(...signed);
    const { technician, customer } = await checkAccounts(this.entries, verify, hashBytes);
    const words = (report: typeof technician) =>
      [report?.state, ...(report?.findings ?? []).map(({ about }) => about)].join(' ');
    return { technician: words(technician), customer: words(customer) };
  }
}

describe('the accounts of a session that was passed on', () => {
  let story: PassedStory;
  beforeEach(() => {
    story = new PassedStory();
    story.begin();
    story.open(story.first);
  });

  it('are signed where each technician signed their part and the customer the passing', async () => {
    story.ask();
    story.answer();
    story.pass();
    story.signs(story.second);
    story.open(story.second);
    story.end();
    assert.deepEqual(await story.found(), { technician: 'signed', customer: 'signed' });
    const [technician] = checkSignatures(NODE_CRYPTO, story.entries);
    assert.equal(technician?.fingerprints.length, 2);
    assert.deepEqual(technician?.unsigned, []);
    assert.deepEqual(contradictionsIn(story.entries), []);
  });

  it('disagree where one question was about two people, and the yes to one is taken for the other', async () => {
    story.ask();
    story.answer();
    story.ask(eve);
    story.pass({ to: eve });
    story.signs(story.second);
    story.open(story.second);
    story.end();
    assert.match((await story.found()).customer, /^disagrees .*other-person/);
  });

  it('are of each turn’s own keys: passed back, the first one closes theirs twice', async () => {
    story.ask();
    story.answer();
    story.pass();
    story.signs(story.second);
    story.open(story.second);
    const back = randomUUID();
    const { sessionId, customer, second, first } = story;
    const expiresAt = '2026-03-02T09:01:00.000Z';
    story.write({ type: 'passing.asked', sessionId, passingId: back, successor: tess, expiresAt });
    const successorSha256 = sha256(successorDigestInput(back, tess));
    const said = { type: 'passing.answered' as const, passingId: back, allowed: true, successorSha256 };
    story.says(customer, { ...said, mode: 'person' });
    story.write({ sessionId, ...said, mode: 'person' });
    story.write({ type: 'session.passed', sessionId, passingId: back, technician: tess, from: bob });
    story.says(second, { type: 'session.passed', passingId: back, statements: second.number + 1 });
    story.signs(first);
    story.open(first);
    story.end([first, customer]);
    assert.deepEqual(await story.found(), { technician: 'signed', customer: 'signed' });
  });

  it('show a passing that no customer’s statement vouches for', async () => {
    story.ask();
    story.answer({ isSigned: false });
    story.pass();
    story.end([story.customer]);
    assert.match((await story.found()).customer, /^disagrees not-said/);
    assert(contradictionsIn(story.entries).length > 0);
  });

  it('show a passing without any answer, or after silence, also where no end signs', async () => {
    story.ask();
    story.pass({ isClosed: false });
    assert.match((await story.found()).customer, /^disagrees not-said/);
    const unsigned = new PassedStory();
    unsigned.begin({ isSigned: false });
    unsigned.ask();
    const { sessionId, passingId } = unsigned;
    const successorSha256 = sha256(successorDigestInput(passingId, bob));
    unsigned.write({
      type: 'passing.answered',
      sessionId,
      passingId,
      allowed: true,
      mode: 'timed-out',
      successorSha256,
    });
    unsigned.pass({ isClosed: false });
    assert.match((await unsigned.found()).customer, /^disagrees not-said/);
    assert(contradictionsIn(unsigned.entries).length > 0);
  });

  it('show that the customer was asked about somebody else', async () => {
    story.ask(eve);
    story.answer();
    story.pass({ to: eve });
    story.end([story.customer]);
    assert.match((await story.found()).customer, /^disagrees.* other-person/);
  });

  it('show that somebody else got it than the customer let have it', async () => {
    story.ask();
    story.answer();
    story.pass({ to: eve });
    story.end([story.customer]);
    assert.match((await story.found()).customer, /^disagrees.* other-person/);
  });

  it('show a passing from somebody whose session it was not, also the second time', async () => {
    story.ask();
    story.answer();
    story.pass({ from: eve });
    assert.match((await story.found()).customer, /^disagrees.* other-person/);
    const twice = new PassedStory();
    twice.begin();
    twice.ask();
    twice.answer();
    twice.pass();
    const { sessionId, customer } = twice;
    const passingId = randomUUID();
    const expiresAt = '2026-03-02T09:01:00.000Z';
    twice.write({ type: 'passing.asked', sessionId, passingId, successor: eve, expiresAt });
    const successorSha256 = sha256(successorDigestInput(passingId, eve));
    const said = { type: 'passing.answered' as const, passingId, allowed: true, successorSha256 };
    twice.says(customer, { ...said, mode: 'person' });
    twice.write({ sessionId, ...said, mode: 'person' });
    twice.write({ type: 'session.passed', sessionId, passingId, technician: eve, from: tess });
    assert.match((await twice.found()).customer, /^disagrees.* other-person/);
    assert(contradictionsIn(twice.entries).length > 0);
  });

  it('show that the second one was shown another computer than the one that was there', async () => {
    story.ask();
    story.answer();
    story.pass();
    story.signs(story.second);
    const { customer, second } = story;
    story.says(second, { type: 'computer.admitted', signingKey: customer.signingKey });
    story.end();
    assert.equal((await story.found()).technician, 'signed');
    const another = new PassedStory();
    another.begin();
    another.ask();
    another.answer();
    another.pass();
    another.signs(another.second);
    another.says(another.second, { type: 'computer.admitted', signingKey: customer.signingKey });
    another.end();
    assert.equal((await another.found()).technician, 'disagrees other-computer');
    assert(contradictionsIn(another.entries).length > 0);
  });

  it('show a no that the broker wrote down as a yes, and one yes that it used twice', async () => {
    story.ask();
    story.answer({ allowed: false });
    story.pass();
    assert.match((await story.found()).customer, /^disagrees.* other-answer/);
    const twice = new PassedStory();
    twice.begin();
    twice.ask();
    twice.answer();
    twice.pass();
    twice.pass();
    assert.match((await twice.found()).customer, /^disagrees not-said/);
  });

  it('show the console of the first one at work in the session of the second one', async () => {
    story.ask();
    story.answer();
    story.pass({ isClosed: false });
    story.open(story.first);
    const { first, passingId } = story;
    story.says(first, { type: 'session.passed', passingId, statements: first.number + 1 });
    story.end([story.customer]);
    assert.match((await story.found()).technician, /^disagrees not-theirs/);
  });

  it('lack the last line of a first one whose page was closed before it could say it, and no more', async () => {
    story.ask();
    story.answer();
    story.pass({ isClosed: false });
    story.signs(story.second);
    story.open(story.second);
    story.end();
    assert.deepEqual(await story.found(), { technician: 'incomplete not-closed', customer: 'signed' });
    assert.deepEqual(contradictionsIn(story.entries), []);
  });

  it('do not take the first one’s word for what the second one did', async () => {
    story.ask();
    story.answer();
    story.pass({ isClosed: false });
    const { first, passingId, sessionId } = story;
    const ending = { status: 'ended', endedBy: 'technician', reason: 'done' } as const;
    story.says(first, { type: 'session.ended', ...ending, statements: first.number + 1 });
    story.says(first, { type: 'session.passed', passingId, statements: first.number + 1 });
    story.write({ type: 'session.ended', sessionId, ...ending });
    story.says(story.customer, { type: 'session.ended', ...ending, statements: story.customer.number + 1 });
    const [technician] = checkSignatures(NODE_CRYPTO, story.entries);
    assert.deepEqual(
      technician?.unsigned.map(({ type }) => type),
      ['session.ended'],
    );
  });
});
