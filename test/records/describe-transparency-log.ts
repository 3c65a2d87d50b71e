import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { LogCheckpoint } from '../../protocol/log-proof.ts';
import { fromBase64 } from '../../protocol/proof/base64.ts';
import { parseCheckpoint } from '../../protocol/proof/checkpoint.ts';
import { commitmentOf } from '../../protocol/proof/commitment.ts';
import { verifyConsistency, verifyInclusion } from '../../protocol/proof/merkle.ts';
import { isSignedBy, parseKeyText, parseNote } from '../../protocol/proof/signed-note.ts';
import type { RecordStore } from '../../server/records/record-store.ts';
import { hashing, sha256, verifySignature } from '../../server/records/transparency/node-crypto.ts';
import type { TransparencyLog } from '../../server/records/transparency-log.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { begin, end, joined, note, sentFile, signInFailed } from './stories.ts';

const EVERYTHING = { everything: true } as const;
const DAY = 86_400_000;
const bytes = (base64: string) => fromBase64(base64) as Uint8Array;

/** Verifies the checkpoint with the last of its keys, as a stranger would, and answers what it says. */
function checked({ note, keys, size, root, origin }: LogCheckpoint) {
  const parsed = parseNote(note);
  const key = parseKeyText(keys.at(-1) ?? '', sha256);
  assert(parsed && key && isSignedBy(parsed, key, { sha256, verify: verifySignature }));
  const checkpoint = parseCheckpoint(parsed.text);
  assert.deepEqual(checkpoint, { origin, size, root: bytes(root) });
  return { size, root: bytes(root) };
}

/** What holds for the log beneath every store. `open` makes an empty one. */
export function describeTransparencyLog(
  name: string,
  open: (clock: FakeClock) => Promise<RecordStore & TransparencyLog>,
): void {
  describe(`${name} as a transparency log`, () => {
    let store: RecordStore & TransparencyLog;
    let clock: FakeClock;
    beforeEach(async () => {
      clock = new FakeClock();
      store = await open(clock);
    });
    afterEach(() => store.close());

    const session = async () => {
      const created = begin({ contact: { name: 'Zoë 💡 Example' } });
      const { sessionId } = created;
      const entries = [
        created,
        joined(sessionId),
        ...sentFile(sessionId, 'a.pdf'),
        ...note(sessionId, 'done'),
        end(sessionId),
      ];
      return { sessionId, entries: await store.append(entries) };
    };
    /** Every entry of the session is in the log of the checkpoint that it came with. */
    const assertProven = async (sessionId: string) => {
      const { checkpoint, entries } = await store.provenSession(sessionId, EVERYTHING);
      const { size, root } = checked(checkpoint);
      for (const { entry, salt, leaf, hashes } of entries) {
        const leafHash = hashing.leaf(commitmentOf(sha256, bytes(salt), entry));
        assert(
          verifyInclusion(hashing, { leafHash, index: leaf, size, root }, hashes.map(bytes)),
          `leaf ${leaf}`,
        );
      }
      return entries;
    };

    it('has no checkpoint before its first entry, and then one of every append', async () => {
      await assert.rejects(store.checkpoint(), { code: 'not-found' });
      await store.append([begin(), begin()]);
      assert.equal(checked(await store.checkpoint()).size, 2);
      await store.append([signInFailed('ada@example.com')]);
      assert.equal(checked(await store.checkpoint()).size, 3);
    });

    it('proves each entry of a session by its salted commitment', async () => {
      await session();
      const { sessionId, entries } = await session();
      await session();
      const proven = await assertProven(sessionId);
      assert.deepEqual(
        proven.map(({ leaf, entry }) => ({ ...entry, seq: leaf + 1 })),
        entries,
      );
    });

    it('proves a long session behind the back of whoever lists', async () => {
      const { sessionId } = await session();
      await store.append(Array.from({ length: 400 }, () => sentFile(sessionId, 'a.pdf')).flat());
      await store.provenSession(sessionId, EVERYTHING);
      const answered: string[] = [];
      await Promise.all([
        store.provenSession(sessionId, EVERYTHING).then(() => answered.push('proof')),
        store.checkpoint().then(() => answered.push('list')),
      ]);
      assert.deepEqual(answered, ['list', 'proof']);
    });

    it('gives every entry a salt of its own', async () => {
      const { sessionId } = await session();
      const { entries } = await store.provenSession(sessionId, EVERYTHING);
      const salts = entries.map(({ salt }) => salt);
      assert.equal(new Set(salts).size, salts.length);
      assert(salts.every((salt) => bytes(salt).length === 32));
    });

    it('shows nobody the proofs of a session outside their scope', async () => {
      const { sessionId } = await session();
      await assert.rejects(store.provenSession(sessionId, { teams: ['Nobody'] }), { code: 'not-found' });
    });

    it('proves that it only grew, whatever was appended together', async () => {
      const sizes: { size: number; root: Uint8Array }[] = [];
      for (let round = 1; round <= 12; round += 1) {
        await Promise.all(
          Array.from({ length: round }, () => store.append([signInFailed('ada@example.com')])),
        );
        sizes.push(checked(await store.checkpoint()));
      }
      for (const to of sizes)
        for (const from of sizes.filter(({ size }) => size <= to.size)) {
          const { hashes } = await store.consistency(from.size, to.size);
          const claim = { from: from.size, fromRoot: from.root, to: to.size, toRoot: to.root };
          assert(verifyConsistency(hashing, claim, hashes.map(bytes)), `${from.size} to ${to.size}`);
        }
      const newest = sizes.at(-1)!;
      for (const leaf of [0, 5, newest.size - 1]) {
        const { leafHash, hashes } = await store.inclusion(leaf);
        const claim = { leafHash: bytes(leafHash), index: leaf, ...newest };
        assert(verifyInclusion(hashing, claim, hashes.map(bytes)));
      }
    });

    it('refuses proofs of what it does not have', async () => {
      await store.append([begin()]);
      for (const asked of [
        store.inclusion(1),
        store.inclusion(0, 2),
        store.consistency(1, 2),
        store.consistency(2, 1),
      ])
        await assert.rejects(asked, { code: 'not-found' });
    });

    it('leaves no trace of an append that was refused', async () => {
      await session();
      const before = await store.checkpoint();
      await assert.rejects(
        store.append([signInFailed('ada@example.com'), end('0197c4a4-0000-7000-8000-000000000000')]),
      );
      assert.equal((await store.checkpoint()).note, before.note);
      await Promise.allSettled([
        store.append([signInFailed('ada@example.com')]),
        store.append([signInFailed('eve@example.com'), end('0197c4a4-0000-7000-8000-000000000000')]),
        store.append([signInFailed('bob@example.com')]),
      ]);
      const { sessionId } = await session();
      await assertProven(sessionId);
      assert.equal(checked(await store.checkpoint()).size, 2 * before.size + 2);
    });

    it('still holds when entries and their salts are gone, and proves those that stay', async () => {
      await session();
      const first = checked(await store.checkpoint());
      clock.advance(400 * DAY);
      const { sessionId } = await session();
      const before = new Date(clock.now() - DAY).toISOString();
      await store.deleteDue([{ kind: 'session-record', before }], false);
      await assertProven(sessionId);
      const newest = checked(await store.checkpoint());
      const { hashes } = await store.consistency(first.size, newest.size);
      const claim = { from: first.size, fromRoot: first.root, to: newest.size, toRoot: newest.root };
      assert(verifyConsistency(hashing, claim, hashes.map(bytes)));
    });

    it('proves any text, also what Unicode does not allow', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
          const created = begin({ reason: `${text}\ud800\u0000` });
          await store.append([created]);
          await assertProven(created.sessionId);
        }),
        { numRuns: 20 },
      );
    });
  });
}
