import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { toBase64 } from '../../protocol/proof/base64.ts';
import { canonicalJson } from '../../protocol/proof/canonical-json.ts';
import { checkpointText } from '../../protocol/proof/checkpoint.ts';
import { commitmentOf } from '../../protocol/proof/commitment.ts';
import { originOf } from '../../protocol/proof/proven-entry.ts';
import { checkReceipt } from '../../protocol/proof/receipt.ts';
import { keyText, signNote } from '../../protocol/proof/signed-note.ts';
import { RECEIPT_FORMAT, Receipt } from '../../protocol/receipt.ts';
import {
  hashing,
  logSigner,
  sha256,
  verifySignature,
} from '../../server/records/transparency/node-crypto.ts';

const DOCUMENT = readFileSync(new URL('../../docs/receipt-format.md', import.meta.url), 'utf8');
const SESSION = '01890000-0000-7000-8000-000000000001';
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The example of the document: a log of three entries, of which the one in the middle is left out. */
function example() {
  const signer = logSigner(new Uint8Array(32).fill(7));
  const origin = originOf(sha256, signer.publicKey);
  const key = { name: origin, publicKey: signer.publicKey };
  const entries = [
    {
      id: '01890000-0000-7000-8000-000000000011',
      at: '2026-03-02T09:00:00.000Z',
      type: 'session.created',
      sessionId: SESSION,
      ordinal: 1,
      technician: { userId: '01890000-0000-7000-8000-000000000021', name: 'Tess Technician' },
      contact: { name: 'Zoë Example' },
      detailsGiven: [],
      reason: 'Zoë’s printer',
      tools: ['view'],
      codeHash: 'QUJD',
      codeExpiresAt: '2026-03-02T09:10:00.000Z',
    },
    {
      id: '01890000-0000-7000-8000-000000000012',
      at: '2026-03-02T09:09:00.000Z',
      type: 'session.ended',
      sessionId: SESSION,
      ordinal: 3,
      follows: ['technician.noted'],
      status: 'ended',
      endedBy: 'technician',
      reason: 'done',
    },
  ];
  const salts = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  const commitments = entries.map((entry, index) => commitmentOf(sha256, salts[index]!, entry));
  const withheld = hashing.leaf(new Uint8Array(32).fill(3));
  const [first, last] = commitments.map((commitment) => hashing.leaf(commitment)) as [Uint8Array, Uint8Array];
  const pair = hashing.node(first, withheld);
  const root = hashing.node(pair, last);
  const note = signNote(checkpointText({ origin, size: 3, root }), key, signer.sign, sha256);
  const places = [
    { leaf: 0, hashes: [withheld, last] },
    { leaf: 2, hashes: [pair] },
  ];
  const receipt: Receipt = {
    format: RECEIPT_FORMAT,
    sessionId: SESSION,
    organisation: 'Example Support Ltd',
    madeAt: '2026-03-02T09:10:00.000Z',
    checkpoint: { note, size: 3, root: toBase64(root), origin, keys: [keyText(key, sha256)] },
    entries: entries.map((entry, index) => ({
      entry,
      salt: toBase64(salts[index]!),
      leaf: places[index]!.leaf,
      hashes: places[index]!.hashes.map(toBase64),
    })),
  };
  const steps = {
    canonical: canonicalJson(entries[0]!),
    commitment: hex(commitments[0]!),
    leafHash: hex(first),
    pair: hex(pair),
    root: hex(root),
    publicKey: hex(signer.publicKey),
  };
  return { receipt, steps };
}

describe('the document of the receipt’s format', () => {
  const { receipt, steps } = example();

  it('shows an example that is a receipt, and right', () => {
    const shown: unknown = JSON.parse(/```json\n([\s\S]*?)\n```/.exec(DOCUMENT)?.[1] ?? '');
    assert.deepEqual(shown, receipt);
    const { entries, missing } = checkReceipt({ sha256, verify: verifySignature }, Receipt.parse(shown));
    assert.equal(entries.length, 2);
    assert.deepEqual(
      missing.map(({ ordinal, type }) => [ordinal, type]),
      [[2, 'technician.noted']],
    );
  });

  it('refuses whatever else stands in a receipt: nothing would prove it', () => {
    const [entry, ...others] = receipt.entries;
    const extra = { extra: 'You owe us 500 EUR' };
    for (const more of [
      { ...receipt, ...extra },
      { ...receipt, checkpoint: { ...receipt.checkpoint, ...extra } },
      { ...receipt, entries: [{ ...entry, ...extra }, ...others] },
      { ...receipt, entries: [{ ...entry, entry: { ...entry?.entry, seq: 'before a notary' } }, ...others] },
    ])
      assert(!Receipt.safeParse(more).success);
  });

  for (const [step, value] of Object.entries(steps))
    it(`shows what is computed on the way: ${step}`, () => assert(DOCUMENT.includes(value), value));

  it('shows the note line by line', () =>
    assert(DOCUMENT.includes(receipt.checkpoint.note.trimEnd()), receipt.checkpoint.note));
});
