import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { ExportQuery } from '../../protocol/session-query.ts';
import { type Clock, instant } from '../clock.ts';

export type FileFormat = ExportQuery['format'];

export const FILE_TYPES: Readonly<Record<FileFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** How batches of something become the text of a file. */
export type FileWriter<Item> = (batches: AsyncIterable<readonly Item[]>) => AsyncGenerator<string>;

export async function* jsonFile<Item>(batches: AsyncIterable<readonly Item[]>): AsyncGenerator<string> {
  let before = '[';
  for await (const batch of batches) {
    for (const item of batch) {
      yield `${before}\n${JSON.stringify(item)}`;
      before = ',';
    }
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}

export async function* ndjsonFile<Item>(batches: AsyncIterable<readonly Item[]>): AsyncGenerator<string> {
  for await (const batch of batches) {
    if (batch.length > 0) yield `${batch.map((item) => JSON.stringify(item)).join('\n')}\n`;
  }
}

/**
 * Streams `text` as a file to save, `<name>-<day>.<format>`. A slow reader slows the store's reading; one who leaves
 * ends it. If the store fails before the first piece, the caller's error handler still answers; later the connection
 * breaks off.
 */
export async function sendFile(
  response: Response,
  { name, format, clock }: { name: string; format: FileFormat; clock: Clock },
  pieces: AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const text = await begun(pieces);
  response.attachment(`${name}-${instant(clock).slice(0, 10)}.${format}`);
  // After `attachment`, which guesses one by the name.
  response.setHeader('Content-Type', FILE_TYPES[format]);
  try {
    await pipeline(Readable.from(text), response);
  } catch (error) {
    // The reader left: nobody is there to be told, and nothing is wrong here.
    if (!response.destroyed || !isEarlyEnd(error)) throw error;
  }
}

const isEarlyEnd = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';

/** The same pieces, with the first one fetched already. */
export async function begun<Piece>(pieces: AsyncIterable<Piece>): Promise<AsyncIterable<Piece>> {
  const iterator = pieces[Symbol.asyncIterator]();
  let first: IteratorResult<Piece> | undefined = await iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const next = first ?? (await iterator.next());
        first = undefined;
        return next;
      },
      async return() {
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}
