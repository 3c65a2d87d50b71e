import { z } from 'zod';
import { Succession } from '../keys/key-ring.ts';

/** What a backup holds besides the database, encrypted with it. */
export const BackupContents = z.object({
  /** Base64: the key that the database in this backup is encrypted with, which is not the one it is encrypted with at home. */
  databaseKey: z.base64(),
  databaseBytes: z.number().int(),
  /** `settings.json`, as it was. */
  settings: z.string(),
  /** The deletion ledger, as it was. */
  deletions: z.string(),
  /** Public keys, base64, of the key that the log is signed with. */
  signingKeys: z.array(z.base64()),
  successions: z.array(Succession),
});
export type BackupContents = z.infer<typeof BackupContents>;

/** The body is the contents as JSON, their length before them (four bytes, big-endian), and then the database. */
export function bodyStart(contents: BackupContents): Buffer {
  const json = Buffer.from(JSON.stringify(contents));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([length, json]);
}
