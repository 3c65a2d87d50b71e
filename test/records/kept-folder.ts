import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordType } from '../../protocol/record.ts';
import type { Clock } from '../../server/clock.ts';
import { createLog } from '../../server/log.ts';
import { type RestoreOptions, restoreBackup } from '../../server/records/backup/restore-backup.ts';
import { finishRestore } from '../../server/records/backup/restored-files.ts';
import { DeletionLedger } from '../../server/records/deletion-ledger.ts';
import { backupKeys, RecordKeeping } from '../../server/records/keeping.ts';
import { findSigningKey, type SigningKey } from '../../server/records/keys/signing-key.ts';
import type { LedgerLine } from '../../server/records/ledger-line.ts';
import {
  type KeySources,
  openRecords,
  type Records,
  recordsFile,
} from '../../server/records/open-records.ts';
import { openForReading } from '../../server/records/sqlite/connection.ts';
import { logSigner } from '../../server/records/transparency/node-crypto.ts';
import type { Finding } from '../../server/records/verify/finding.ts';
import { StoreVerification } from '../../server/records/verify/store-verification.ts';
import type { SettingsStore } from '../../server/settings/settings.ts';
import { openSettings } from '../../server/settings/settings-store.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** Records that are open, and what is done with them as a whole. */
export interface OpenedFolder extends Records {
  readonly keeping: RecordKeeping;
  readonly settings: SettingsStore;
  /** What a verification of the whole store finds wrong. */
  findings(): Promise<readonly Finding[]>;
  types(...types: RecordType[]): Promise<RecordType[]>;
  close(): Promise<void>;
}

/** A data folder and the keys beside it, as a broker would keep them. */
export class KeptFolder<OwnClock extends Clock = FakeClock> {
  readonly dataDir: string;
  readonly backup: string;
  readonly clock: OwnClock;
  sources: KeySources;
  /** Sessions whose rows were put right. */
  readonly corrected: string[] = [];
  /** What was due and did not go, because it is not as it was logged. */
  readonly damaged: string[] = [];

  constructor(path: string, clock: Clock = new FakeClock()) {
    this.dataDir = join(path, 'data');
    this.backup = join(path, 'backup');
    this.clock = clock as OwnClock;
    this.sources = { keyFile: join(path, 'secret', 'key') };
  }

  async open(): Promise<OpenedFolder> {
    const { dataDir, clock, sources } = this;
    await finishRestore(dataDir);
    const settings = await openSettings(dataDir);
    const onCorrected = (sessions: readonly string[]) => void this.corrected.push(...sessions);
    const onDamaged = (named: readonly string[]) => void this.damaged.push(...named);
    const records = await openRecords({ ...sources, dataDir, clock, settings, onCorrected, onDamaged });
    const keeping = new RecordKeeping({ dataDir, sources, records, settings, clock });
    return {
      ...records,
      keeping,
      settings,
      findings: async () => findingsIn(records.keys.dataKey, dataDir),
      types: async (...types) =>
        (await records.store.entries({ types, limit: 100 })).map(({ type }) => type).reverse(),
      async close() {
        await keeping.close();
        await records.store.close();
      },
    };
  }

  restore(change: Partial<RestoreOptions> = {}, keyFile?: string) {
    const { dataDir, backup: file, clock, sources } = this;
    return restoreBackup({
      dataDir,
      file,
      sources,
      backupKeys: backupKeys(keyFile, sources),
      force: false,
      signingKeyLost: false,
      ledgerDamaged: false,
      clockChecked: false,
      clock,
      log: createLog('silent'),
      by: 'test',
      ...change,
    });
  }

  /** Writes into the deletion ledger as the broker would. */
  async tellLedger(...lines: LedgerLine[]): Promise<void> {
    const { seed } = (await this.signingKey()) as SigningKey;
    await new DeletionLedger(this.dataDir, logSigner(seed)).append(lines);
  }

  /** Names of the files in the data folder, also deeper ones. */
  files(): Promise<string[]> {
    return readdir(this.dataDir, { recursive: true });
  }

  signingKey(): Promise<SigningKey | undefined> {
    return findSigningKey(this.sources);
  }

  async ring(): Promise<{ keys: { wrappedBy: string; key?: string }[]; signingKeys: string[] }> {
    return JSON.parse(await readFile(join(this.dataDir, 'keys.json'), 'utf8'));
  }
}

function findingsIn(key: Uint8Array, dataDir: string): readonly Finding[] {
  const connection = openForReading({ file: recordsFile(dataDir), key });
  try {
    const verification = new StoreVerification(connection);
    while (verification.step());
    return verification.verdict().findings;
  } finally {
    connection.close();
  }
}
