import { type NoteKey, parseKeyText } from '../../protocol/proof/signed-note.ts';
import { sha256 } from '../records/transparency/node-crypto.ts';
import { UsageError } from './command-line.ts';

/** The value of `--key`. @throws UsageError */
export function readLogKey(text: string): NoteKey {
  const key = parseKeyText(text, sha256);
  if (key === undefined)
    throw new UsageError(`--key must be a log’s key, as name+hash+base64, not "${text}"`);
  return key;
}
