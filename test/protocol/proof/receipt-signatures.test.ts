import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROOF_CRYPTO } from '../../../console/customer/receipt/proof-crypto.ts';
import { checkReceipt } from '../../../protocol/proof/receipt.ts';
import { checkSignatures, entriesOf, keyFingerprint } from '../../../protocol/proof/receipt-signatures.ts';
import type { Receipt } from '../../../protocol/receipt.ts';
import { fingerprint } from '../../../server/records/keys/key-wrapper.ts';
import { makeReceipt } from '../../../server/records/receipt.ts';
import {
  openSqliteStore,
  type SqliteRecordStore,
} from '../../../server/records/sqlite/sqlite-record-store.ts';
import { sha256, verifySignature } from '../../../server/records/transparency/node-crypto.ts';
import { verifyFile } from '../../../server/records/verify/verify-files.ts';
import { Settings } from '../../../server/settings/settings.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { SigningEnd } from '../../support/signing-end.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/temporary-folder.ts';
import { SignedStory } from './signed-story.ts';

const NODE = { sha256, verify: verifySignature };

describe('what both ends signed, in a receipt', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let store: SqliteRecordStore;
  let story: SignedStory;

  before(async () => {
    folder = await temporaryFolder();
    store = await openSqliteStore({
      file: join(folder.path, 'records.db'),
      key: undefined,
      cursorKey: Buffer.alloc(32, 2),
      signingSeed: Buffer.alloc(32, 3),
      clock: new FakeClock(),
      periods: () => Settings.parse({}),
    });
  });
  after(async () => {
    await store.close();
    await folder.remove();
  });
  beforeEach(() => {
    story = new SignedStory();
  });

  /** The story as a broker logged it, that may have lied: every entry of it is in the log, word for word. */
  const issued = async (): Promise<Receipt> => {
    await store.append(story.told());
    const proven = await store.provenSession(story.sessionId, { everything: true });
    return makeReceipt(story.sessionId, proven, {
      organisation: 'Example',
      madeAt: '2026-03-02T10:00:00.000Z',
    });
  };
  /** What the browser finds, which is what Node finds. */
  const checked = async (receipt: Receipt) => {
    checkReceipt(PROOF_CRYPTO, receipt);
    const accounts = checkSignatures(PROOF_CRYPTO, entriesOf(receipt));
    assert.deepEqual(accounts, checkSignatures(NODE, entriesOf(receipt)));
    return accounts;
  };
  const verified = async (receipt: Receipt) => {
    const file = join(folder.path, 'receipt.json');
    await writeFile(file, JSON.stringify(receipt));
    return verifyFile(file);
  };

  it('is all of it: by whose key, and that the receipt says the same', async () => {
    const receipt = await issued();
    const [technician, customer] = await checked(receipt);
    const own = fingerprint(Buffer.from(story.customer.signingKey, 'base64'));
    assert.equal(keyFingerprint(NODE, story.customer.signingKey), own);
    assert.deepEqual(customer, {
      side: 'customer',
      state: 'signed',
      statements: 9,
      fingerprints: [own],
      findings: [],
      unsigned: [],
    });
    assert.deepEqual([technician?.state, technician?.statements], ['signed', 7]);
    const { sentence, more } = await verified(receipt);
    assert.match(sentence, /^The receipt is right: /);
    assert(
      more.includes(
        `The customer’s computer signed 9 statements with the key ${own}, and they agree with the entries.`,
      ),
      more.join('\n'),
    );
  });

  it('is nothing where neither end had a key: each deed that nobody signed is named', async () => {
    story.entries = story.entries.filter(
      ({ type }) => !type.startsWith('account.') && type !== 'file.name-stated',
    );
    story.spoil('session.joined', ({ signingKey: _, ...entry }) => entry);
    const receipt = await issued();
    const [technician, customer] = await checked(receipt);
    assert.deepEqual([technician?.state, customer?.state], ['unsigned', 'unsigned']);
    assert.deepEqual(
      customer?.unsigned.map(({ type }) => type),
      ['consent.answered', 'consent.volunteered', 'file.finished', 'grant.revoked'],
    );
    const { more } = await verified(receipt);
    assert.match(
      more.join('\n'),
      /The technician’s console signed nothing\. Nobody signed entry \d+ of the session \(session\.admitted, [^)]+\), .*entry \d+ of the session \(session\.ended/,
    );
  });

  it('is known to be incomplete when a number is skipped, and what nobody signed is named', async () => {
    story.spoil('account.stated', (entry) => (entry.text.includes('"grant.revoked"') ? undefined : entry));
    const receipt = await issued();
    const [, customer] = await checked(receipt);
    assert.deepEqual(
      [
        customer?.state,
        customer?.findings.map(({ about }) => about),
        customer?.unsigned.map(({ type }) => type),
      ],
      ['incomplete', ['gap'], ['grant.revoked']],
    );
    assert.match(
      (await verified(receipt)).more.join('\n'),
      /A numbered line of what the customer’s computer signed is missing\. Nobody signed entry \d+ of the session \(grant\.revoked,/,
    );
  });

  const FORGED: Record<string, { forge(): void; finds: RegExp }> = {
    'an answer that the customer did not give': {
      forge: () =>
        story.spoil('consent.answered', (entry) => ({ ...entry, allowed: ['view', 'control'], refused: [] })),
      finds:
        /Entry \d+ of the session \(consent\.answered, [^)]+\): the customer’s computer signed another answer\./,
    },
    'a refusal taken out of the signed answer too': {
      forge() {
        story.spoil('consent.answered', (entry) => ({ ...entry, allowed: ['view', 'chat'], refused: [] }));
        story.spoil('account.stated', (entry) => ({
          ...entry,
          text: entry.text
            .replace('"allowed":["view"]', '"allowed":["view","chat"]')
            .replace('"refused":["chat"]', '"refused":[]'),
        }));
      },
      finds:
        /Entry \d+ of the session \(account\.stated, [^)]+\): its signature is not by the key of the customer’s computer\./,
    },
    'a signature by the key of another session': {
      forge() {
        const other = new SigningEnd('customer', story.sessionId);
        story.spoil('account.stated', (entry) =>
          entry.side === 'customer' && entry.text.includes('"consent.answered"')
            ? { ...entry, ...other.sign(entry.text) }
            : entry,
        );
      },
      finds:
        /Entry \d+ of the session \(account\.stated, [^)]+\): its signature is not by the key of the customer’s computer\./,
    },
    'the key and all the statements of another session of this customer': {
      forge() {
        const other = new SignedStory();
        const { signingKey } = other.customer;
        story.spoil('session.joined', (entry) => ({ ...entry, signingKey }));
        story.spoil('account.stated', (entry) => {
          if (entry.side === 'technician') return entry;
          const theirs = other.entries.find(
            (each) =>
              each.type === 'account.stated' &&
              each.side === 'customer' &&
              numberOf(each.text) === numberOf(entry.text),
          );
          return { ...entry, ...(theirs as typeof entry), sessionId: story.sessionId };
        });
      },
      finds: /there is no statement about this session/,
    },
    'statements in another order, so that a lane opens before it was allowed': {
      forge() {
        const at = (find: (entry: SignedStory['entries'][number]) => boolean) =>
          story.entries.findIndex(find);
        const answer = at(
          (entry) => entry.type === 'account.stated' && entry.text.includes('"consent.answered"'),
        );
        const [statement] = story.entries.splice(answer, 1);
        const lane = at(({ type }) => type === 'lane.opened');
        story.entries.splice(lane + 1, 0, statement!);
      },
      finds:
        /Entry \d+ of the session \(lane\.opened, [^)]+\): the customer’s computer had signed no grant for it\./,
    },
    'no statement of an answer': {
      forge: () =>
        story.spoil('account.stated', (entry) =>
          entry.text.includes('"consent.answered"') ? undefined : entry,
        ),
      finds:
        /Entry \d+ of the session \(consent\.answered, [^)]+\): the customer’s computer signed nothing of the kind\./,
    },
    'another computer that is let in': {
      forge: () =>
        story.spoil('session.joined', (entry) => ({
          ...entry,
          signingKey: new SigningEnd('customer').signingKey,
        })),
      finds:
        /\(session\.admitted, [^)]+\): the technician’s console signed that another computer was let in\./,
    },
  };
  for (const [what, { forge, finds }] of Object.entries(FORGED))
    it(`is not taken by the browser, nor by the command, with ${what}`, async () => {
      forge();
      const receipt = await issued();
      const accounts = await checked(receipt);
      assert(accounts.some(({ state }) => state === 'disagrees'));
      await assert.rejects(verified(receipt), finds);
    });

  it('cannot be put into another order in the receipt, nor be left out', async () => {
    const receipt = await issued();
    const stated = receipt.entries.flatMap(({ entry }, index) =>
      entry.type === 'account.stated' ? [index] : [],
    );
    const [first = 0, second = 0] = stated;
    const swapped = structuredClone(receipt);
    [swapped.entries[first], swapped.entries[second]] = [receipt.entries[second]!, receipt.entries[first]!];
    await assert.rejects(verified(swapped), /stands twice or out of order/);
    const less = { ...receipt, entries: receipt.entries.toSpliced(first, 1) };
    await assert.rejects(verified(less), /Entry \d+ of the session is missing, between entry/);
  });
});

const numberOf = (text: string): number => JSON.parse(text).number;
