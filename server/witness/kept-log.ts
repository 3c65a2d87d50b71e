import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCheckpoint } from '../../protocol/proof/checkpoint.ts';
import { sameBytes, verifyConsistency } from '../../protocol/proof/merkle.ts';
import {
  isSignedBy,
  keyText,
  type NoteKey,
  parseKeyText,
  parseNote,
} from '../../protocol/proof/signed-note.ts';
import type { Clock } from '../clock.ts';
import { instant } from '../clock.ts';
import { makeFolder, writeDurably } from '../durable-file.ts';
import { hashing, sha256, verifySignature } from '../records/transparency/node-crypto.ts';

/** A signed checkpoint that was verified. */
export interface SeenCheckpoint {
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
}

/** The log is not the one that was seen before: it was forked, or entries are gone. The message is for people. */
export class LogDisagrees extends Error {
  override readonly name = 'LogDisagrees';
}

/** The offer does not begin where this witness stands; nothing is wrong with the log. */
export class OfferOutdated extends Error {
  override readonly name = 'OfferOutdated';
  constructor(readonly keptSize: number) {
    super(`the newest kept checkpoint is of ${keptSize} entries`);
  }
}

/** Not a checkpoint, or not signed by the log's key. Anybody can send such a thing: it says nothing about the log. */
export class OfferUnreadable extends Error {
  override readonly name = 'OfferUnreadable';
}

const LATEST = 'latest';
const KEY = 'key';
/** What disagreed, with both checkpoints: the proof that the log's keeper said two things. */
export const ALARMS = 'ALARM';
const HOURLY = /^\d{4}-\d{2}-\d{2}T\d{2}$/;

/**
 * What a witness keeps of one log, in a folder: the key, the newest checkpoint and the last one of each hour. It keeps
 * a checkpoint only when a proof shows that the log grew from the one before.
 */
export class KeptLog {
  #key: NoteKey | undefined;
  #newest: SeenCheckpoint | undefined;

  private constructor(
    readonly folder: string,
    private readonly clock: Clock,
  ) {}

  /** @param key the log's key, where it is known; otherwise the first one that signs is kept and trusted from then on. */
  static async open(folder: string, clock: Clock, key?: NoteKey): Promise<KeptLog> {
    await makeFolder(folder);
    const log = new KeptLog(folder, clock);
    const kept = parseKeyText((await readOptional(join(folder, KEY))) ?? '', sha256);
    if (key !== undefined && kept !== undefined && keyText(key, sha256) !== keyText(kept, sha256))
      throw new LogDisagrees(`${folder} holds the checkpoints of a log with another key.`);
    if (kept === undefined && key !== undefined) await log.#keepKey(key);
    else log.#key = kept;
    const note = await readOptional(join(folder, LATEST));
    if (note !== undefined) log.#newest = log.#read(note);
    return log;
  }

  get newest(): SeenCheckpoint | undefined {
    return this.#newest;
  }

  get key(): NoteKey | undefined {
    return this.#key;
  }

  /** Every checkpoint that is kept, with the name of its file. */
  async all(): Promise<{ name: string; note: string }[]> {
    const names = (await readdir(this.folder)).filter((name) => name === LATEST || HOURLY.test(name)).sort();
    return Promise.all(
      names.map(async (name) => ({ name, note: await readFile(join(this.folder, name), 'utf8') })),
    );
  }

  /**
   * Keeps `note` when `proof` shows that its log begins with the one kept before, of `from` entries.
   * @param keys as the log's keeper names them: taken only where no key is known yet.
   * @throws OfferUnreadable, OfferOutdated, or LogDisagrees, which is an alarm and is kept too.
   */
  async offer(
    note: string,
    from: number,
    proof: readonly Uint8Array[],
    keys: readonly NoteKey[] = [],
  ): Promise<SeenCheckpoint> {
    const fresh = this.#key === undefined ? keys.find((key) => signs(key, note)) : undefined;
    if (fresh !== undefined) await this.#keepKey(fresh);
    const offered = this.#read(note);
    const before = this.#newest ?? { size: 0, root: hashing.empty, note: '' };
    if (offered.size < before.size)
      await this.#alarm(
        before,
        offered,
        `The log had ${before.size} entries and now says it has ${offered.size}: entries are gone, as when an old copy is put back.`,
      );
    if (from !== before.size) throw new OfferOutdated(before.size);
    const claim = { from, fromRoot: before.root, to: offered.size, toRoot: offered.root };
    if (
      offered.size === before.size
        ? !sameBytes(offered.root, before.root)
        : !verifyConsistency(hashing, claim, proof)
    )
      await this.#alarm(
        before,
        offered,
        `The log of ${offered.size} entries does not begin with the one of ${before.size} entries that was seen before: it was written anew.`,
      );
    await this.#keep(offered);
    return offered;
  }

  async #keepKey(key: NoteKey): Promise<void> {
    await writeDurably(join(this.folder, KEY), `${keyText(key, sha256)}\n`);
    this.#key = key;
  }

  async #keep(offered: SeenCheckpoint): Promise<void> {
    if (offered.note === this.#newest?.note) return;
    await writeDurably(join(this.folder, instant(this.clock).slice(0, 13)), offered.note);
    await writeDurably(join(this.folder, LATEST), offered.note);
    this.#newest = offered;
  }

  async #alarm(before: SeenCheckpoint, offered: SeenCheckpoint, what: string): Promise<never> {
    const evidence = `${instant(this.clock)} ${what}\n\nSeen before:\n${before.note}\nSaid now:\n${offered.note}\n`;
    await appendFile(join(this.folder, ALARMS), evidence, { mode: 0o600 });
    throw new LogDisagrees(what);
  }

  #read(note: string): SeenCheckpoint {
    const checkpoint = parseCheckpoint(parseNote(note)?.text ?? '');
    if (checkpoint === undefined) throw new OfferUnreadable('This is not a signed checkpoint.');
    if (this.#key === undefined || checkpoint.origin !== this.#key.name || !signs(this.#key, note))
      throw new OfferUnreadable('The checkpoint is not signed by the key of this log.');
    return { size: checkpoint.size, root: checkpoint.root, note };
  }
}

function signs(key: NoteKey, note: string): boolean {
  const parsed = parseNote(note);
  return parsed !== undefined && isSignedBy(parsed, key, { sha256, verify: verifySignature });
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
