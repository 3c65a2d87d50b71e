import { openCursor, type Position, sealCursor } from '../cursor.ts';
import type { AccessEntry, AccessPageWish, AccessQuestion } from '../record-store.ts';
import type { ProvenEntries } from '../transparency-log.ts';
import type { AccessColumns, AccessEntriesPage, ProvenAccessPage } from './access-log.ts';
import { entryOf } from './tables.ts';

type ReadPage<Page> = (question: AccessQuestion, after: Position | undefined, limit: number) => Promise<Page>;

const EXPORTED_TOGETHER = 100;
/** A proof is larger than what it proves: some 30 KiB, as of a page of sessions. */
const PROVEN_TOGETHER = 20;

/** The access log as the main thread hands it out: pages with sealed cursors, and everything in batches. */
export class AccessLogPages {
  constructor(
    private readonly read: ReadPage<AccessEntriesPage>,
    private readonly readProven: ReadPage<ProvenAccessPage>,
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

  async *proven(question: AccessQuestion): AsyncGenerator<ProvenEntries> {
    let after: Position | undefined;
    do {
      const { proven, next } = await this.readProven(question, after, PROVEN_TOGETHER);
      if (proven !== undefined && proven.entries.length > 0) yield proven;
      after = next;
    } while (after !== undefined);
  }
}

const accessEntry = ({ technician, contact, words, ...row }: AccessColumns): AccessEntry => ({
  entry: entryOf(row),
  ...(words !== null && { words: JSON.parse(words) as Record<string, string> }),
  ...(technician !== null && contact !== null && { session: { technician, contact } }),
});
