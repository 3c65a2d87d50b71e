import { plain } from '../../protocol/plain-text.ts';

const QUOTED_BYTES = 1024;
const QUOTED_CHARACTERS = 200;

/** For whoever asked `who` in vain: what fetch itself says ("fetch failed") tells nobody what to mend. */
export function unanswered(who: string): (error: Error) => never {
  return (error) => {
    const { message } = (error.cause as Error | undefined) ?? error;
    throw new Error(`${who} does not answer: ${quoted(message)}`, { cause: error });
  };
}

/** All of an answer. Who sends it may never end: then no more of it is taken. @throws beyond `maxBytes` */
export async function textOf(answer: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(answer, maxBytes)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  if (bytes.length <= maxBytes) return bytes.toString('utf8');
  throw new Error(`${new URL(answer.url).origin} answered with more than ${maxBytes / 1024} KiB`);
}

/** How an answer begins, to be shown to people. Its status stands also where the rest never comes. */
export async function quoteOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of chunksOf(answer, QUOTED_BYTES)) chunks.push(chunk);
  } catch {
    // What came until then is what is quoted.
  }
  return quoted(Buffer.concat(chunks).toString('utf8')) || 'nothing';
}

/** A text that somebody else chose, as one line that can be read. */
export function quoted(text: string): string {
  const cut = plain(text.trimStart().slice(0, QUOTED_CHARACTERS));
  return text.trim().length > QUOTED_CHARACTERS ? `${cut}…` : cut;
}

/** Ends with the chunk that goes beyond `maxBytes`, and with that cancels the rest. */
async function* chunksOf(answer: Response, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    yield chunk;
    bytes += chunk.length;
    if (bytes > maxBytes) return;
  }
}
