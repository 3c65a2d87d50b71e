import type { Position } from '../cursor.ts';
import type { ExportPage } from './session-export.ts';

/**
 * The text of all pages of an export; one is read while the one before it is sent.
 * @param onRecords told before each how many records are in it.
 */
export async function* exportedPages(
  read: (after: Position | undefined) => Promise<ExportPage>,
  onRecords: (more: number) => void,
): AsyncGenerator<Uint8Array> {
  const readAhead = (after: Position | undefined) => {
    const page = read(after);
    // Nobody may be there to wait for it when it fails: the file's reader can leave.
    page.catch(() => {});
    return page;
  };
  let coming: Promise<ExportPage> | undefined = readAhead(undefined);
  while (coming !== undefined) {
    const { text, records, next }: ExportPage = await coming;
    coming = next && readAhead(next);
    onRecords(records);
    if (text.length > 0) yield text;
  }
}
