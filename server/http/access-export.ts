import type { AccessPerson, AccessRow } from '../../protocol/access-log.ts';
import {
  ACCESS_EXPORT_FORMAT,
  type ProvenAccessLine,
  type ProvenExportEnd,
} from '../../protocol/proven-export.ts';
import { csvHead, csvLines } from '../records/export/csv.ts';
import type { ProvenEntries } from '../records/transparency-log.ts';
import { type FileFormat, type FileWriter, jsonFile, ndjsonFile } from './send-file.ts';

/** One line per entry, for spreadsheets. What JSON nests is JSON here too, in one cell. */
const COLUMNS: Readonly<Record<string, (row: AccessRow) => string | number | undefined>> = {
  seq: ({ seq }) => seq,
  at: ({ at }) => at,
  kind: ({ kind }) => kind,
  type: ({ type }) => type,
  who: ({ who }) => nameOf(who),
  who_email: ({ who }) => who?.email,
  whom: ({ whom }) => nameOf(whom),
  whom_email: ({ whom }) => whom?.email,
  address: ({ address }) => address,
  session: ({ session }) => session?.id,
  session_technician: ({ session }) => session?.technician,
  session_contact: ({ session }) => session?.contact,
  filters: ({ filters }) => filters && jsonOf(filters),
  details: ({ details }) => jsonOf(details),
};

const nameOf = (person: AccessPerson | undefined) => person?.name ?? person?.id;
const jsonOf = (value: object) => (Object.keys(value).length === 0 ? undefined : JSON.stringify(value));

// The first line of a file leaves with the first batch: whoever hangs up before that would leave the batches open for ever,
// and nothing would say that the export ended.

async function* csvFile(batches: AsyncIterable<readonly AccessRow[]>): AsyncGenerator<string> {
  let head = csvHead(Object.keys(COLUMNS));
  for await (const batch of batches) {
    yield head + csvLines(batch.map((row) => Object.values(COLUMNS).map((column) => column(row))));
    head = '';
  }
  if (head !== '') yield head;
}

/** Entries as they were logged, some a line, between a line that says what the file is and one that says that it is whole. */
export async function* provenAccessFile(
  madeAt: string,
  batches: AsyncIterable<ProvenEntries>,
): AsyncGenerator<string> {
  let head = `${JSON.stringify({ format: ACCESS_EXPORT_FORMAT, madeAt })}\n`;
  let count = 0;
  for await (const { checkpoint, entries } of batches) {
    count += entries.length;
    const line: ProvenAccessLine = { checkpoint, entries: [...entries] };
    yield `${head}${JSON.stringify(line)}\n`;
    head = '';
  }
  yield `${head}${JSON.stringify({ end: { count } } satisfies ProvenExportEnd)}\n`;
}

export const ACCESS_FILES: Readonly<Record<FileFormat, FileWriter<AccessRow>>> = {
  csv: csvFile,
  json: jsonFile,
  ndjson: ndjsonFile,
};
