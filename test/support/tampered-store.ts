import { join } from 'node:path';
import { openKeys } from '../../server/records/keys/open-keys.ts';
import { type Connection, openForWriting } from '../../server/records/sqlite/connection.ts';
import { opensWith } from '../../server/records/sqlite/snapshot.ts';
import type { RunningBroker } from './broker.ts';

/** Changes the records of a running broker behind its back, as only an operator with the keys can. */
export async function tamperWith(
  { folder }: Pick<RunningBroker, 'folder'>,
  change: (connection: Connection) => void,
): Promise<void> {
  const dataDir = join(folder, 'data');
  const file = join(dataDir, 'records.db');
  const { dataKey } = await openKeys({
    dataDir,
    keyFile: join(folder, 'key'),
    key: undefined,
    keyCredential: undefined,
    dataExist: true,
    opensData: (key) => opensWith(file, key),
  });
  const connection = openForWriting({ file, key: dataKey });
  change(connection);
  connection.close();
}
