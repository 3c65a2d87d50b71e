import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { toBase64 } from '../../protocol/proof/base64.ts';
import { type Checkpoint, parseCheckpoint } from '../../protocol/proof/checkpoint.ts';
import { type ChainedKey, isSameKey } from '../../protocol/proof/key-chain.ts';
import { sameBytes, verifyConsistency } from '../../protocol/proof/merkle.ts';
import {
  isSignedBy,
  joined,
  keyText,
  type NoteKey,
  type NoteSignature,
  parseNote,
  type SignedNote,
} from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { instant } from '../clock.ts';
import { makeFolder, writeDurably } from '../durable-file.ts';
import { hashing, sha256, verifySignature } from '../records/transparency/node-crypto.ts';
import { keepAlarm } from './alarm-file.ts';
import { LogDisagrees, LogForked } from './disagreement.ts';
import { quoted } from './hostile-answer.ts';
import { GrowthUnproven, type Offer, OfferOutdated, OfferUnreadable, OfferWrong } from './offer.ts';
import { mayBeFork } from './proof-of-fork.ts';
import { KeptDamaged, readOptional, TrustedKeys } from './trusted-keys.ts';

/** A signed checkpoint that was verified. */
export interface SeenCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
  /** Who signed it. */
  readonly key: NoteKey;
}

const LATEST = 'latest';
/** How many times on end a larger log was shown without a proof. */
const UNPROVEN = 'unproven';
/** Whoever can show checkpoints can prove that they go on from each other. */
const UNPROVEN_ALARM = 5;
const HOURLY = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/**
 * What a witness keeps of one log, in a folder: its keys, the newest checkpoint and the last one of each hour. It keeps
 * a checkpoint only when a proof shows that the log grew from the one before, and when who signed that one still signs,
 * or vouched for who signs now.
 */
export class KeptLog {
  #newest: SeenCheckpoint | undefined;

  private constructor(
    readonly folder: string,
    private readonly clock: Clock,
    private readonly keys: TrustedKeys,
  ) {}

  /**
   * @param told keys of the log that who runs the witness believes; otherwise the first one that signs is trusted from then on.
   * @throws LogDisagrees, KeptDamaged
   */
  static async open(folder: string, clock: Clock, told: readonly NoteKey[] = []): Promise<KeptLog> {
    await makeFolder(folder);
    const keys = await TrustedKeys.open(folder);
    const [known = told[0]] = keys.all;
    if (told.some(({ name }) => name !== known?.name))
      throw new LogDisagrees(`${folder} holds the checkpoints of another log, ${known?.name}.`);
    for (const key of told) await keys.trust([key], key);
    const log = new KeptLog(folder, clock, keys);
    // Not `latest` alone: whoever takes that away, or puts an older one in its place, has not made the log shorter.
    for (const name of [LATEST, ...(await hoursIn(folder)).slice(-1)]) {
      const note = await readOptional(join(folder, name));
      const kept = note === undefined ? undefined : log.#readKept(name, note);
      if (kept !== undefined && kept.size > (log.#newest?.size ?? 0)) log.#newest = kept;
    }
    return log;
  }

  /**
   * What the keys that are trusted vouch for of a chain that somebody tells, from the one that signed last; `undefined`
   * where that does not reach the newest one told.
   */
  vouchedOf(chain: readonly ChainedKey[]): readonly ChainedKey[] | undefined {
    const newest = chain.at(-1);
    const vouched = this.#maySign(chain);
    return newest !== undefined && vouched.some((key) => isSameKey(key, newest)) ? vouched : undefined;
  }

  get newest(): SeenCheckpoint | undefined {
    return this.#newest;
  }

  /** Every checkpoint that is kept, with the name of its file. @throws KeptDamaged */
  async all(): Promise<{ name: string; note: string }[]> {
    const kept = await Promise.all(
      [...(await hoursIn(this.folder)), LATEST].map(async (name) => {
        const note = await readOptional(join(this.folder, name));
        if (note !== undefined) this.#readKept(name, note);
        return note === undefined ? [] : [{ name, note }];
      }),
    );
    return kept.flat();
  }

  /**
   * Keeps what is offered when its proof shows that its log begins with the one kept before.
   * @throws OfferUnreadable, OfferOutdated, OfferWrong, GrowthUnproven, or LogDisagrees, which is an alarm and is kept too.
   */
  async offer(offer: Offer): Promise<SeenCheckpoint> {
    const { note, from, chain = [], isByAnybody = false } = offer;
    const parsed = parseNote(note);
    const checkpoint = parsed && parseCheckpoint(parsed.text);
    if (parsed === undefined || checkpoint === undefined)
      throw new OfferUnreadable('This is not a signed checkpoint.');
    const may = this.#maySign(chain);
    const key = signerAmong(may, parsed, checkpoint);
    // Anybody tells of keys of their own: what these sign says nothing about the log.
    const known = isByAnybody ? this.keys.all : [...this.keys.all, ...chain];
    const signer = key ?? signerAmong(known, parsed, checkpoint);
    if (isByAnybody && signer !== undefined) this.#demandStart(from, checkpoint.size);
    if (key === undefined) return this.#notBySuccessor(parsed, checkpoint, signer);
    const offered = { size: checkpoint.size, root: checkpoint.root, note: ownNote(parsed, key), key };
    await this.#demandGrowth(offered, offer);
    // Who signs now is known by whom that log was signed before: only from here on, because the log is the same one.
    const { name, publicKey } = key;
    await this.keys.trust(this.keys.all.length > 0 ? may : [{ name, publicKey }], key);
    await this.#keep(offered);
    return offered;
  }

  /** C2SP tlog-witness: before anything is compared. An old checkpoint is in everybody's hands. */
  #demandStart(from: number, size: number): void {
    const kept = this.#newest?.size ?? 0;
    if (from > size) throw new OfferWrong(`A log of ${size} entries does not begin with ${from}.`, 'size');
    if (from !== kept) throw new OfferOutdated(kept);
  }

  /** What is vouched for by the keys that are trusted; where none is yet, whoever signs. */
  #maySign(chain: readonly ChainedKey[]): readonly ChainedKey[] {
    return this.keys.all.length > 0 ? this.keys.after(this.#newest?.key, chain) : chain;
  }

  async #demandGrowth(offered: SeenCheckpoint, { from, proof, isByAnybody }: Offer): Promise<void> {
    const before = this.#newest ?? { size: 0, root: hashing.empty };
    if (offered.size < before.size) await this.#alarm(offered.note, shrunk(before.size, offered.size));
    if (from !== before.size) throw new OfferOutdated(before.size);
    if (offered.size === before.size) {
      if (sameBytes(offered.root, before.root)) return;
      await this.#alarm(
        offered.note,
        `The log of ${before.size} entries has another root than was seen before: it was written anew.`,
        LogForked,
      );
    }
    if ('problem' in proof) return this.#unproven(offered, before.size, proof.problem);
    const claim = { from, fromRoot: before.root, to: offered.size, toRoot: offered.root };
    if (verifyConsistency(hashing, claim, proof)) return;
    if (isByAnybody && !mayBeFork(claim, proof))
      throw new OfferWrong(
        `The proof does not show that the log of ${claim.to} entries begins with the one of ${from}.`,
        'proof',
      );
    await this.#alarm(
      offered.note,
      `The log of ${offered.size} entries does not begin with the one of ${before.size} entries that was seen before: it was written anew.`,
    );
  }

  /** Kept in the folder, as a witness may be started for each look. */
  async #unproven(offered: SeenCheckpoint, before: number, problem: string): Promise<never> {
    const file = join(this.folder, UNPROVEN);
    const known = Number((await readOptional(file)) ?? 0);
    if (!Number.isSafeInteger(known)) throw new KeptDamaged(file);
    const times = known + 1;
    await writeDurably(file, `${times}\n`);
    if (times >= UNPROVEN_ALARM)
      return this.#alarm(
        offered.note,
        `This log does not prove that it grew: ${times} times on end it said that it has more than the ${before} entries that were seen before, and gave no proof that it begins with them (${problem}).`,
      );
    throw new GrowthUnproven(
      `it says that it has ${offered.size} entries, and gave no proof that it begins with the ${before} that were seen before (${problem}); after ${UNPROVEN_ALARM} times on end that is an alarm`,
    );
  }

  /** Signed by nobody who may: is it somebody's nonsense, or does the log's keeper say so? */
  async #notBySuccessor(
    parsed: SignedNote,
    checkpoint: Checkpoint,
    signer: ChainedKey | undefined,
  ): Promise<never> {
    const [first] = this.keys.all;
    const note = signer === undefined ? parsed.text : ownNote(parsed, signer);
    if (first !== undefined && checkpoint.origin !== first.name)
      return this.#alarm(
        note,
        `This is the log ${quoted(checkpoint.origin)}, and not ${first.name}, which was seen before: it was begun anew. (Another broker needs another folder.)`,
      );
    if (first === undefined || signer === undefined)
      throw new OfferUnreadable('The checkpoint is not signed by the key of this log.');
    const size = this.#newest?.size ?? 0;
    if (checkpoint.size < size) return this.#alarm(note, shrunk(size, checkpoint.size));
    const text = keyText(signer, sha256);
    return this.#alarm(
      note,
      this.keys.all.some((key) => isSameKey(key, signer))
        ? `The log is signed by the key ${text}, which another one took the place of.`
        : `The log is signed by the key ${text}, which no key that was seen before vouches for. Who knows that it is right tells the witness so with --key.`,
    );
  }

  async #keep(offered: SeenCheckpoint): Promise<void> {
    if (offered.note === this.#newest?.note) return;
    await writeDurably(join(this.folder, instant(this.clock).slice(0, 13)), offered.note);
    await writeDurably(join(this.folder, LATEST), offered.note);
    // Only a proof ends the count: the old size, signed once more with another line, is in its keeper's gift.
    if (offered.size > (this.#newest?.size ?? 0)) await rm(join(this.folder, UNPROVEN), { force: true });
    this.#newest = offered;
  }

  /** Keeps what was seen before beside what is said now. Where that fails it is an alarm no less. @throws LogDisagrees */
  async #alarm(now: string, what: string, Disagrees = LogDisagrees): Promise<never> {
    const evidence = { what, before: this.#newest?.note ?? '', now };
    const unkept = await keepAlarm(this.folder, this.clock, evidence).then(
      () => undefined,
      // Not its message: that names folders, and this one is told to whoever asks.
      ({ code, name }: NodeJS.ErrnoException) => code ?? name,
    );
    throw new Disagrees(what, unkept);
  }

  #readKept(name: string, note: string): SeenCheckpoint {
    const parsed = parseNote(note);
    const checkpoint = parsed && parseCheckpoint(parsed.text);
    const key = parsed && checkpoint && signerAmong(this.keys.all, parsed, checkpoint);
    if (checkpoint === undefined || key === undefined) throw new KeptDamaged(join(this.folder, name));
    return { size: checkpoint.size, root: checkpoint.root, note, key };
  }
}

/** The checkpoints of hours, in their order. */
const hoursIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => HOURLY.test(name)).sort();

const shrunk = (before: number, now: number): string =>
  `The log had ${before} entries and now says it has ${now}: entries are gone, as when an old copy is put back.`;

const signerAmong = (
  keys: readonly ChainedKey[],
  note: SignedNote,
  { origin }: Checkpoint,
): ChainedKey | undefined =>
  keys.find((key) => key.name === origin && isSignedBy(note, key, { sha256, verify: verifySignature }));

/** The note with the log's own signature alone: whoever passes it on may have put lines of their own behind it. */
function ownNote({ text, signatures }: SignedNote, key: NoteKey): string {
  const own = signatures.find((signature) =>
    isSignedBy({ text, signatures: [signature] }, key, { sha256, verify: verifySignature }),
  ) as NoteSignature;
  return `${text}\n— ${own.name} ${toBase64(joined(own.keyId, own.signature))}\n`;
}
