import assert from 'node:assert/strict';
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { checkpointText, parseCheckpoint } from '../../../protocol/proof/checkpoint.ts';
import { EMPTY_FRONTIER, grow, rootOf, treeHashing } from '../../../protocol/proof/merkle.ts';
import {
  isSignedBy,
  keyText,
  type NoteKey,
  parseKeyText,
  parseNote,
  signNote,
} from '../../../protocol/proof/signed-note.ts';
import { hashOfRange, hashPosition, inclusionRanges } from '../../../protocol/proof/tree-shape.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const key: NoteKey = {
  name: 'countersign/test',
  publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
};
const checks = {
  sha256,
  verify: (raw: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
    verify(
      null,
      message,
      createPublicKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') },
        format: 'jwk',
      }),
      signature,
    ),
};
const signed = (text: string) => signNote(text, key, (message) => sign(null, message, privateKey), sha256);

describe('a signed note', () => {
  it('tells its text and who signed it', () => {
    const note = parseNote(signed('a line\nanother\n'));
    assert.equal(note?.text, 'a line\nanother\n');
    assert(isSignedBy(note, key, checks));
    assert(!isSignedBy(note, { ...key, name: 'somebody/else' }, checks));
  });

  it('verifies the example of the C2SP signed-note specification', () => {
    const example =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    const peter = parseKeyText('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW', sha256);
    const note = parseNote(example);
    assert(peter && note);
    assert(isSignedBy(note, peter, checks));
    assert(!isSignedBy({ ...note, text: note.text.replace('problem', 'Problem') }, peter, checks));
  });

  it('has a key that is one line of text', () => {
    const line = keyText(key, sha256);
    assert.deepEqual(parseKeyText(line, sha256), { ...key, publicKey: new Uint8Array(key.publicKey) });
    assert.equal(parseKeyText(line.replace('test', 'text'), sha256), undefined);
    assert.equal(parseKeyText('no key', sha256), undefined);
  });

  it('is refused when it is anything else', () => {
    const whole = signed('text\n');
    for (const wrong of [
      '',
      'text\n',
      'text\n\n',
      whole.slice(0, -1),
      whole.replace('— ', '- '),
      `${whole}more\n`,
    ])
      assert.equal(parseNote(wrong), undefined, wrong);
  });
});

describe('a checkpoint', () => {
  it('reads back what was written, and nothing that is not one', () => {
    const checkpoint = { origin: 'countersign/test', size: 7, root: new Uint8Array(32).fill(9) };
    const text = checkpointText(checkpoint);
    assert.deepEqual(parseCheckpoint(text), checkpoint);
    for (const wrong of [
      text.replace('7', '07'),
      text.replace('7', '-7'),
      text.slice(0, -1),
      text.replace('C', ''),
      `\n${text}`,
    ])
      assert.equal(parseCheckpoint(wrong), undefined, wrong);
  });

  it('and a proof of inclusion are what an independent verifier takes', () => {
    const require = createRequire(import.meta.url);
    const root = require.resolve('@sigstore/verify').replace(/index\.js$/, 'tlog/');
    const { verifyMerkleInclusion } = require(`${root}merkle.js`);
    const { verifyCheckpoint } = require(`${root}checkpoint.js`);
    const hashing = treeHashing(sha256);
    const written: Uint8Array[] = [];
    let frontier = EMPTY_FRONTIER;
    for (let leaf = 0; leaf < 21; leaf += 1) {
      const next = grow(hashing, frontier, hashing.leaf(Uint8Array.of(leaf)));
      frontier = next.frontier;
      written.push(...next.complete);
    }
    const note = signed(checkpointText({ origin: key.name, size: 21, root: rootOf(hashing, frontier) }));
    const logId = createHash('sha256')
      .update(`${key.name}\n`)
      .update(Uint8Array.of(1))
      .update(key.publicKey)
      .digest();
    for (let leaf = 0; leaf < 21; leaf += 1) {
      const entry = {
        canonicalizedBody: Buffer.of(leaf),
        inclusionProof: {
          logIndex: String(leaf),
          checkpoint: { envelope: note },
          hashes: inclusionRanges(leaf, 21).map((range) =>
            Buffer.from(
              hashOfRange(
                hashing,
                range,
                (level, index) => written[hashPosition(level, index)] as Uint8Array,
              ),
            ),
          ),
        },
      };
      const checkpoint = verifyCheckpoint(entry, [{ logID: logId, baseURL: key.name, publicKey }]);
      verifyMerkleInclusion(entry, checkpoint);
    }
  });
});
