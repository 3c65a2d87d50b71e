import type { ContactDetail } from '../../../protocol/contact.ts';
import { ownTeamOf } from '../../../protocol/passing-fold.ts';
import { CsvColumn } from '../../../protocol/session-query.ts';
import type { SessionRecord } from '../../../protocol/session-record.ts';
import { TOOLS } from '../../../protocol/tool.ts';
import { whoSaw } from '../../../protocol/watching-fold.ts';
import { csvHead, csvLines } from './csv.ts';

/** With what the list says of it besides. */
type ListedRecord = SessionRecord & { readonly signatures: string | undefined };

/** One row per session, for spreadsheets. What JSON nests is counted or joined by `; ` here. */
const COLUMNS: Readonly<Record<CsvColumn, (record: ListedRecord) => string | number | undefined>> = {
  id: (record) => record.id,
  status: (record) => record.status,
  ended_by: (record) => record.endedBy,
  end_reason: (record) => record.endReason,
  outcome: (record) => record.outcome,
  technician: (record) => record.technician.name,
  technician_email: (record) => record.technician.email,
  technician_address: (record) => record.technician.address,
  /** In which it was opened. */
  team: ownTeamOf,
  earlier_technicians: ({ earlierTechnicians = [] }) => earlierTechnicians.map(({ name }) => name).join('; '),
  contact: (record) => record.contact.name,
  contact_name: (record) => detail(record, 'contactName'),
  company: (record) => record.contact.company,
  phone: (record) => detail(record, 'phone'),
  email: (record) => detail(record, 'email'),
  reference: (record) => record.reference,
  reason: (record) => record.reason,
  notes: (record) => record.notes.map(({ note }) => note ?? '(deleted)').join('; '),
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
  /** Who else saw the picture, and by what right. */
  watched_by: (record) =>
    whoSaw(record)
      .map(({ name, because }) => `${name} (${because})`)
      .join('; '),
  bytes_from_technician: (record) => sum(record, 'bytesFromTechnician'),
  bytes_from_customer: (record) => sum(record, 'bytesFromCustomer'),
  files: (record) =>
    record.files
      .map(({ name, standing, reason }) => {
        const how = reason === undefined ? standing : `${standing}: ${reason}`;
        return `${name ?? '(name deleted)'} (${how})`;
      })
      .join('; '),
  signatures: (record) => record.signatures,
  delete_after: (record) => record.retention.deleteAfter,
};

/** What was written down and is no longer kept is not the same as what was never known. */
const detail = ({ contact, detailsGiven }: SessionRecord, which: ContactDetail) =>
  contact[which] ?? (detailsGiven.includes(which) ? '(deleted)' : undefined);

const names = (record: SessionRecord, which: (use: SessionRecord['tools'][number]) => boolean) =>
  record.tools
    .filter(which)
    .map(({ tool }) => tool)
    .join('; ');

const sum = (record: SessionRecord, which: 'bytesFromTechnician' | 'bytesFromCustomer') =>
  record.tools.reduce((total, use) => total + use[which], 0);

/** @param chosen all of them when it is empty. */
const columnsOf = (chosen: readonly CsvColumn[]): readonly CsvColumn[] =>
  chosen.length > 0 ? chosen : CsvColumn.options;

export const tableHead = (chosen: readonly CsvColumn[]): string => csvHead(columnsOf(chosen));

export const tableLines = (records: readonly ListedRecord[], chosen: readonly CsvColumn[]): string =>
  csvLines(records.map((record) => columnsOf(chosen).map((column) => COLUMNS[column](record))));
