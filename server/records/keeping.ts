import type { Clock } from '../clock.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { type MadeBackup, makeBackup } from './backup/make-backup.ts';
import { exists } from './keys/key-file.ts';
import { KeyProblem } from './keys/key-problem.ts';
import type { KeyWrapper } from './keys/key-wrapper.ts';
import { openMasterKey, readMasterKey } from './keys/master-key.ts';
import { type MasterRotation, retiredKeyFile, rotateMasterKey } from './keys/master-rotation.ts';
import { rotateSigningKey } from './keys/signing-rotation.ts';
import { type KeySources, type Records, recordsFile } from './open-records.ts';
import { logOrigin } from './transparency/log-identity.ts';
import { logSigner } from './transparency/node-crypto.ts';

export interface KeepingParts {
  readonly dataDir: string;
  readonly sources: KeySources;
  readonly records: Pick<Records, 'store' | 'keys' | 'ledger'>;
  readonly settings: Pick<SettingsStore, 'onChange'>;
  readonly clock: Clock;
}

/** What is done with open records as a whole: their keys are changed, they are copied. One thing after the other. */
export class RecordKeeping {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: KeepingParts) {}

  /** @throws KeyProblem, Refusal `record.unavailable` */
  rotateMasterKey(newKeyFile: string | undefined, by: string): Promise<MasterRotation> {
    const { dataDir, sources, records } = this.parts;
    return this.#inTurn(() => rotateMasterKey({ dataDir, sources, newKeyFile, recorder: records.store, by }));
  }

  /** Raw keys (base64), and the name of the log that they sign. @throws KeyProblem, Refusal `record.unavailable` */
  rotateSigningKey(by: string): Promise<{ previousKey: string; key: string; log: string }> {
    const { dataDir, sources, records } = this.parts;
    return this.#inTurn(async () => {
      const { succession, inForce } = await rotateSigningKey({ dataDir, sources, store: records.store, by });
      records.ledger.signWith(logSigner(inForce.seed));
      const [first = ''] = await records.store.logKeys();
      return { ...succession, log: logOrigin(Buffer.from(first, 'base64')) };
    });
  }

  /**
   * @param keyFile holds the key that keeps the backup's own; the master key by default.
   * @throws BackupProblem, KeyProblem, Refusal `record.unavailable`
   */
  backUp(target: string, keyFile: string | undefined, by: string): Promise<MadeBackup> {
    const { dataDir, sources, records, settings, clock } = this.parts;
    const { store, keys } = records;
    return this.#inTurn(async () => {
      const wrapper = await backupKey(keyFile, sources, dataDir);
      const database = { file: recordsFile(dataDir), key: keys.dataKey };
      return store.whileReading(() =>
        makeBackup({ dataDir, database, target, wrapper, recorder: store, settings, clock, by }),
      );
    });
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#last;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => {});
    return next;
  }
}

/** The key with a fingerprint, among those that a backup may have been made with: the one named, or the master key, also one that was replaced. */
export function backupKeys(
  keyFile: string | undefined,
  sources: KeySources,
): (fingerprint: string) => Promise<KeyWrapper | undefined> {
  return async (fingerprint) => {
    const retired = retiredKeyFile(sources.keyFile, fingerprint);
    if (keyFile !== undefined && !(await exists(keyFile)))
      throw new KeyProblem(
        `The key file ${keyFile} is missing. The backup needs the key whose fingerprint is ${fingerprint}${(await exists(retired)) ? `; it lies in ${retired}` : ''}.`,
      );
    const candidates = [
      () => backupKey(keyFile, sources, 'the backup'),
      ...(keyFile === undefined && (await exists(retired)) ? [() => readMasterKey(retired)] : []),
    ];
    for (const candidate of candidates) {
      const wrapper = await candidate();
      if (wrapper?.fingerprint === fingerprint) return wrapper;
    }
    return undefined;
  };
}

async function backupKey(
  keyFile: string | undefined,
  sources: KeySources,
  needed: string,
): Promise<KeyWrapper> {
  if (keyFile === undefined) return (await openMasterKey(sources, { mayMake: false, needed })).wrapper;
  const wrapper = await readMasterKey(keyFile);
  if (wrapper === undefined)
    throw new KeyProblem(
      `The key file ${keyFile} is missing. Make one with: (umask 377; openssl rand -out ${keyFile} 32)`,
    );
  return wrapper;
}
