import { fromBase64, toBase64 } from './base64.ts';
import { HASH_BYTES } from './merkle.ts';

/** What a log's keeper signs: so many entries, and the root of the tree over all of them. */
export interface Checkpoint {
  /** Which log: no white space. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The text that is signed (C2SP tlog-checkpoint): origin, size and root, each on a line of its own. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`;

/** @returns `undefined` for what is not a checkpoint. Extension lines are allowed, and not read. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin, sizeText, rootText, ...rest] = text.split('\n');
  const root = fromBase64(rootText ?? '');
  if (!origin || /\s/.test(origin) || !/^(0|[1-9]\d{0,15})$/.test(sizeText ?? '')) return undefined;
  if (root?.length !== HASH_BYTES || rest.at(-1) !== '' || rest.slice(0, -1).includes('')) return undefined;
  const size = Number(sizeText);
  return Number.isSafeInteger(size) ? { origin, size, root } : undefined;
}
