import { z } from 'zod';
import { Instant } from '../../../protocol/text.ts';
import { KEY_BYTES, type KeyWrapper, WrappedKey } from '../keys/key-wrapper.ts';
import { BackupProblem } from './backup-problem.ts';
import { sealedSize } from './pieces.ts';

/** The first line of the file, for people and for `file`. */
const MAGIC = 'countersign backup 1\n';
const MAX_HEADER_BYTES = 4096;

/** What may be known of a backup without its key: nothing that it holds. */
const Described = z.strictObject({
  madeAt: Instant,
  /** Of what is encrypted. */
  bytes: z.number().int().positive(),
});
type Described = z.infer<typeof Described>;
const Header = Described.extend({ key: WrappedKey });

export interface BackupHeader extends Described {
  /** Encrypts this backup and nothing else. */
  readonly key: Uint8Array;
  /** Of the file, before the first piece. */
  readonly headerBytes: number;
}

/** The lines that a backup begins with: its own key in them is bound to everything else that they say. */
export async function headerLines(
  { madeAt, bytes }: Described,
  key: Uint8Array,
  wrapper: KeyWrapper,
): Promise<Buffer> {
  const wrapped = await wrapper.wrap(key, contextOf({ madeAt, bytes }));
  return Buffer.from(`${MAGIC}${JSON.stringify({ madeAt, bytes, key: wrapped })}\n`);
}

/**
 * @param start the first bytes of the file, `fileBytes` its size.
 * @param keys one of which it must have been made with.
 * @throws BackupProblem naming what does not fit.
 */
export async function readHeader(
  file: string,
  start: Buffer,
  fileBytes: number,
  keys: (fingerprint: string) => Promise<KeyWrapper | undefined>,
): Promise<BackupHeader> {
  if (!start.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC)))
    throw new BackupProblem(`${file} is not a backup of Countersign, or its first line is damaged.`);
  const end = start.indexOf('\n', MAGIC.length);
  const parsed = Header.safeParse(parseJson(start.subarray(MAGIC.length, end).toString('utf8')));
  if (end < 0 || !parsed.success) throw new BackupProblem(`${file} is damaged in its header.`);
  const { madeAt, bytes, key: wrapped } = parsed.data;
  const wrapper = await keys(wrapped.wrappedBy);
  if (wrapper === undefined)
    throw new BackupProblem(
      `${file} was encrypted with another key, whose fingerprint is ${wrapped.wrappedBy} (or its header is damaged there): name that key with --key-file.`,
    );
  const key = await wrapper.unwrap(wrapped, contextOf({ madeAt, bytes }));
  if (key?.length !== KEY_BYTES) throw new BackupProblem(`${file} is damaged in its header.`);
  const headerBytes = end + 1;
  const whole = headerBytes + sealedSize(bytes);
  if (fileBytes < whole)
    throw new BackupProblem(`${file} is cut off: it has ${fileBytes} bytes of ${whole}.`);
  if (fileBytes > whole)
    throw new BackupProblem(
      `${file} has ${fileBytes - whole} bytes behind its end that do not belong to it.`,
    );
  return { madeAt, bytes, key, headerBytes };
}

export { MAX_HEADER_BYTES };

const contextOf = ({ madeAt, bytes }: Described): string => `backup ${JSON.stringify({ madeAt, bytes })}`;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
