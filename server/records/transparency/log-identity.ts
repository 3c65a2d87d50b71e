import type { NoteKey } from '../../../protocol/proof/signed-note.ts';
import { sha256 } from './node-crypto.ts';

/** The log's name: made of its first key, so that whoever knows the name can tell whether a first key is the right one. */
export const logOrigin = (firstKey: Uint8Array): string =>
  `countersign/${Buffer.from(sha256(firstKey)).toString('hex').slice(0, 32)}`;

/** A key of the log as its signed notes name it. */
export const logKey = (origin: string, publicKey: Uint8Array): NoteKey => ({ name: origin, publicKey });
