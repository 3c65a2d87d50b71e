import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { stringify } from 'csv-stringify/sync';
import type { Response } from 'express';
import type { ExportQuery } from '../../protocol/session-query.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
import { TOOLS } from '../../protocol/tool.ts';
import { type Clock, instant } from '../clock.ts';

type Format = ExportQuery['format'];
type Batches = AsyncIterable<readonly SessionRecord[]>;

export const EXPORT_TYPES: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/** One row per session, for spreadsheets. What JSON nests is counted or joined by `; ` here. */
const COLUMNS: Readonly<Record<string, (record: SessionRecord) => string | number | undefined>> = {
  id: (record) => record.id,
  status: (record) => record.status,
  ended_by: (record) => record.endedBy,
  end_reason: (record) => record.endReason,
  outcome: (record) => record.outcome,
  technician: (record) => record.technician.name,
  technician_email: (record) => record.technician.email,
  technician_address: (record) => record.technician.address,
  team: (record) => record.technician.team,
  contact: (record) => record.contact.name,
  contact_name: (record) => record.contact.contactName,
  company: (record) => record.contact.company,
  phone: (record) => record.contact.phone,
  email: (record) => record.contact.email,
  reference: (record) => record.reference,
  reason: (record) => record.reason,
  notes: (record) => record.notes.map(({ note }) => note).join('; '),
  computer_address: (record) => record.computer?.address,
  computer_private_address: (record) => record.computer?.privateAddress,
  computer_name: (record) => record.computer?.hostName,
  platform: (record) => record.computer?.platform,
  architecture: (record) => record.computer?.architecture,
  agent_version: (record) => record.agent?.version,
  created_at: (record) => record.createdAt,
  joined_at: (record) => record.joinedAt,
  started_at: (record) => record.startedAt,
  ended_at: (record) => record.endedAt,
  waiting_seconds: (record) => record.waitingSeconds,
  active_seconds: (record) => record.activeSeconds,
  total_seconds: (record) => record.totalSeconds,
  tools_used: (record) => names(record, ({ uses }) => uses > 0),
  /** Each tool that was refused at least once, whatever was answered later. */
  tools_refused: ({ consent }) =>
    TOOLS.filter((tool) => consent.answers.some(({ refused }) => refused.includes(tool))).join('; '),
  bytes_from_technician: (record) => sum(record, 'bytesFromTechnician'),
  bytes_from_customer: (record) => sum(record, 'bytesFromCustomer'),
  files: (record) =>
    record.files.map(({ name, standing }) => `${name ?? '(name deleted)'} (${standing})`).join('; '),
  delete_after: (record) => record.retention.deleteAfter,
};

const names = (record: SessionRecord, which: (use: SessionRecord['tools'][number]) => boolean) =>
  record.tools
    .filter(which)
    .map(({ tool }) => tool)
    .join('; ');

const sum = (record: SessionRecord, which: 'bytesFromTechnician' | 'bytesFromCustomer') =>
  record.tools.reduce((total, use) => total + use[which], 0);

/**
 * A spreadsheet would run what a stranger wrote (OWASP, CSV injection): what begins a cell like a formula gets an
 * apostrophe. So does what stands behind a `;`, a tab or a line's end, because where a comma is the decimal sign those
 * part cells too, whatever quotes are around them.
 */
const FORMULA = /((?:^|[;\t\r\n])\s*)(?=[=+\-@\t\r＝＋－＠])/g;

const csvLines = (rows: unknown[][]) =>
  stringify(rows, {
    record_delimiter: '\r\n',
    quoted: true,
    cast: { string: (text) => text.replace(FORMULA, "$1'") },
  });

async function* csv(batches: Batches): AsyncGenerator<string> {
  // The byte order mark is what makes spreadsheets read UTF-8.
  yield `\uFEFF${csvLines([Object.keys(COLUMNS)])}`;
  for await (const batch of batches) {
    yield csvLines(batch.map((record) => Object.values(COLUMNS).map((column) => column(record))));
  }
}

async function* json(batches: Batches): AsyncGenerator<string> {
  let before = '[';
  for await (const batch of batches) {
    for (const record of batch) {
      yield `${before}\n${JSON.stringify(record)}`;
      before = ',';
    }
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}

async function* ndjson(batches: Batches): AsyncGenerator<string> {
  for await (const batch of batches) {
    if (batch.length > 0) yield `${batch.map((record) => JSON.stringify(record)).join('\n')}\n`;
  }
}

const WRITERS = { csv, json, ndjson } satisfies Record<Format, (batches: Batches) => AsyncGenerator<string>>;

/**
 * Streams records as a file to save. A slow reader slows the store's reading; one who leaves ends it. If the store
 * fails before the first line, the caller's error handler still answers; later the connection breaks off.
 */
export async function sendExport(
  response: Response,
  format: Format,
  batches: Batches,
  clock: Clock,
): Promise<void> {
  const text = WRITERS[format](await begun(batches));
  response.setHeader('Content-Type', EXPORT_TYPES[format]);
  response.attachment(`sessions-${instant(clock).slice(0, 10)}.${format}`);
  response.setHeader('Content-Type', EXPORT_TYPES[format]);
  try {
    await pipeline(Readable.from(text), response);
  } catch (error) {
    // The reader left: nobody is there to be told, and nothing is wrong here.
    if (!response.destroyed || !isEarlyEnd(error)) throw error;
  }
}

const isEarlyEnd = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';

/** The same batches, with the first one fetched already. */
async function begun(batches: Batches): Promise<Batches> {
  const iterator = batches[Symbol.asyncIterator]();
  let first: IteratorResult<readonly SessionRecord[]> | undefined = await iterator.next();
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
