import { openCursor, type Position, sealCursor } from '../cursor.ts';
import type { AccessEntry, AccessPageWish, AccessQuestion } from '../record-store.ts';
import type { AccessColumns, AccessEntriesPage } from './access-log.ts';
import { entryOf } from './tables.ts';

type ReadPage = (
  question: AccessQuestion,
  after: Position | undefined,
  limit: number,
) => Promise<AccessEntriesPage>;

const EXPORTED_TOGETHER = 100;

/** The access log as the main thread hands it out: pages with sealed cursors, and everything in batches. */
export class AccessLogPages {
  constructor(
    private readonly read: ReadPage,
    private readonly cursorKey: Uint8Array,
  ) {}

  async page(
    question: AccessQuestion,
    { limit, cursor, reader }: AccessPageWish,
  ): Promise<{ items: AccessEntry[]; nextCursor?: string }> {
    const boundTo = { accessLog: question, reader };
    const after = cursor === undefined ? undefined : openCursor(this.cursorKey, cursor, boundTo);
    const { rows, next } = await this.read(question, after, limit);
    return {
      items: rows.map(accessEntry),
      ...(next !== undefined && { nextCursor: sealCursor(this.cursorKey, next, boundTo) }),
    };
  }

  async *all(question: AccessQuestion): AsyncGenerator<AccessEntry[]> {
    let after: Position | undefined;
    do {
      const { rows, next } = await this.read(question, after, EXPORTED_TOGETHER);
      if (rows.length > 0) yield rows.map(accessEntry);
      after = next;
    } while (after !== undefined);
  }
}

const accessEntry = ({ technician, contact, words, ...row }: AccessColumns): AccessEntry => ({
  entry: entryOf(row),
  ...(words !== null && { words: JSON.parse(words) as Record<string, string> }),
  ...(technician !== null && contact !== null && { session: { technician, contact } }),
});
