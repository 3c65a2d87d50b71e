import { ownTeamOf } from '../../../protocol/passing-fold.ts';
import type { ProvenExportLine } from '../../../protocol/proven-export.ts';
import type { SessionDocument } from '../../../protocol/session-fold.ts';
import type { SessionRecord } from '../../../protocol/session-record.ts';
import { type RetentionPeriods, scheduleOf } from '../../settings/settings.ts';
import type { Position } from '../cursor.ts';
import type { SessionFile } from '../export/session-file.ts';
import { tableLines } from '../export/session-table.ts';
import type { ReadScope } from '../record-store.ts';
import { retentionOf, withRetention } from '../session-retention.ts';
import { recordWithoutDetails } from '../without-details.ts';
import type { LogReads } from './log-reads.ts';
import type { SessionLog, StoredSession } from './session-log.ts';
import type { AskedNow } from './session-matching.ts';

export interface ExportQuestion {
  readonly filters: AskedNow;
  readonly scope: ReadScope;
  readonly file: SessionFile;
  readonly periods: RetentionPeriods;
  /** Where the page before ended. */
  readonly after: Position | undefined;
}

export interface ExportPage {
  /** Of the file, in UTF-8; empty where nothing matches. */
  readonly text: Uint8Array;
  /** How many are in it. */
  readonly records: number;
  /** Absent after the last page. */
  readonly next: Position | undefined;
}

/** So many records stand in one page: with ten, half of the work was asking for pages. */
const TOGETHER = 100;
/** With their entries and proofs they are long, and each is work of its own. */
const PROVEN_TOGETHER = 10;

const utf8 = new TextEncoder();

/** Matching sessions, newest first, as the text of a file. It is written where it is read, so that the relay does not wait for it. */
export class SessionExport {
  constructor(
    private readonly log: SessionLog,
    private readonly proofs: LogReads,
  ) {}

  page({ filters, scope, file, periods, after }: ExportQuestion): ExportPage {
    const together = file.provenAt === undefined ? TOGETHER : PROVEN_TOGETHER;
    const { sessions, next } = this.log.documents(filters, scope, after, together);
    const text = utf8.encode(this.#text(sessions, scope, file, periods));
    return { text, records: sessions.length, next };
  }

  #text(
    sessions: readonly StoredSession[],
    scope: ReadScope,
    { format, columns = [], provenAt }: SessionFile,
    periods: RetentionPeriods,
  ): string {
    if (format === 'csv')
      return tableLines(
        sessions.map((session) => ({
          ...recordOf(session, scope, periods),
          signatures: session.signatures ?? undefined,
        })),
        columns,
      );
    const lines = sessions.map((session) =>
      provenAt === undefined ? lineOf(session, scope, periods) : this.#provenLine(session, periods),
    );
    return format === 'json' ? lines.join(',\n') : lines.map((line) => `${line}\n`).join('');
  }

  /** A record with its entries and their proofs; all of one moment, because a page is read in one snapshot. */
  #provenLine(session: StoredSession, periods: RetentionPeriods): string {
    const proven = this.proofs.provenSession(session.number);
    if (proven === undefined) throw new Error('there are sessions, and the log has no checkpoint');
    const { checkpoint, entries } = proven;
    const line: ProvenExportLine = {
      record: recordOf(session, { everything: true }, periods),
      checkpoint,
      entries: [...entries],
    };
    return JSON.stringify(line);
  }
}

function recordOf(
  { document, deleted }: StoredSession,
  scope: ReadScope,
  periods: RetentionPeriods,
): SessionRecord {
  const parsed = JSON.parse(document) as SessionDocument;
  const record = withRetention(parsed, scheduleOf(periods, ownTeamOf(parsed.record)), deleted);
  return scope.withoutDetails ? recordWithoutDetails(record) : record;
}

/** The same as JSON. What is stored is that nearly always, and need not be taken apart and written again. */
function lineOf(session: StoredSession, scope: ReadScope, periods: RetentionPeriods): string {
  const record = scope.withoutDetails ? undefined : storedRecord(session.document);
  if (record === undefined) return JSON.stringify(recordOf(session, scope, periods));
  const { createdAt, endedAt, deleted } = session;
  const schedule = scheduleOf(periods, session.team ?? undefined);
  const retention = retentionOf({ record: { createdAt, endedAt: endedAt ?? undefined } }, schedule, deleted);
  return `${record.slice(0, -1)},"retention":${JSON.stringify(retention)}}`;
}

/**
 * The text of the record in a document's, whose members stand in the order in which the fold makes them. A quotation mark
 * inside a value has a backslash before it, so that these two are members' names wherever they are found.
 * @returns undefined where more of the document counts: a session that is kept beyond its period.
 */
function storedRecord(document: string): string | undefined {
  const start = document.indexOf(RECORD);
  const end = document.indexOf(OPEN_LANES, start);
  if (start < 0 || end < 0 || document.includes(KEPT, end)) return undefined;
  return document.slice(start + RECORD.length - 1, end);
}
const RECORD = ',"record":{';
const OPEN_LANES = ',"openLanes":{';
const KEPT = ',"kept":{';
