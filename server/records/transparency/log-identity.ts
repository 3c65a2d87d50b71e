import { originOf } from '../../../protocol/proof/proven-entry.ts';
import type { NoteKey } from '../../../protocol/proof/signed-note.ts';
import { sha256 } from './node-crypto.ts';

export const logOrigin = (firstKey: Uint8Array): string => originOf(sha256, firstKey);

/** A key of the log as its signed notes name it. */
export const logKey = (origin: string, publicKey: Uint8Array): NoteKey => ({ name: origin, publicKey });
