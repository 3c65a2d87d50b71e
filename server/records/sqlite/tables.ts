import { ownTeamOf } from '../../../protocol/passing-fold.ts';
import type { Entry } from '../../../protocol/record.ts';
import { type SessionDocument, usedTools } from '../../../protocol/session-fold.ts';
import type { SessionRow } from '../../../protocol/session-query.ts';
import { TOOLS, type Tool } from '../../../protocol/tool.ts';
import { whoSaw } from '../../../protocol/watching-fold.ts';
import { keptUntil } from '../session-retention.ts';
import { foldText, watcherKey } from '../session-words.ts';

/** The columns of `sessions`; see migrations.ts. */
export interface SessionColumns {
  number: number;
  id: string;
  status: string;
  created_at: string;
  ended_at: string | null;
  technician_id: string;
  technician: string;
  team: string | null;
  contact: string;
  company: string | null;
  reference: string | null;
  reason: string;
  platform: string | null;
  outcome: string | null;
  active_seconds: number | null;
  total_seconds: number | null;
  used_tools: number;
  /** Tools that were refused at least once, also by silence. */
  refused_tools: number;
  ended_by: string | null;
  held_until: string | null;
  kept_until: string | null;
  technician_key: string;
  contact_key: string;
  company_key: string;
  platform_key: string;
  /** Of all who saw the picture besides the technician; null for nobody. See `watcherKey`. */
  watcher_key: string | null;
  /** Null of a session that goes on, and of one that nobody joined. See session-signatures.ts. */
  signatures: string | null;
}

export interface EntryColumns {
  readonly seq: number;
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly fields: string;
}

/** The columns of `EntryColumns`. */
export const ENTRY = 'seq, id, at, type, fields';

/** A row as the entry that it is. */
export const entryOf = ({ seq, id, at, type, fields }: EntryColumns): Entry =>
  ({ ...JSON.parse(fields), type, id, seq, at }) as Entry;

/** A set of tools as bits, in the order of TOOLS. New tools are added at the end of TOOLS. */
export const toolBits = (tools: readonly Tool[]): number =>
  TOOLS.reduce((bits, tool, index) => (tools.includes(tool) ? bits | (1 << index) : bits), 0);

export const toolsOfBits = (bits: number): Tool[] => TOOLS.filter((_, index) => (bits & (1 << index)) !== 0);

/** Columns that stay as they were when the session was created. */
export function firstColumnsOf({ record }: SessionDocument) {
  const { contact } = record;
  return {
    id: record.id,
    created_at: record.createdAt,
    team: ownTeamOf(record) ?? null,
    contact: contact.name,
    company: contact.company ?? null,
    reference: record.reference ?? null,
    reason: record.reason,
    contact_key: foldText(contact.name),
    company_key: foldText(contact.company ?? ''),
  } satisfies Partial<SessionColumns>;
}

/** Columns that change as a session goes on. */
export function lateColumnsOf(document: SessionDocument) {
  const { record } = document;
  const { technician } = record;
  const { held, whole } = keptUntil(document);
  return {
    status: record.status,
    technician_id: technician.userId,
    technician: technician.name,
    technician_key: foldText(`${technician.name} ${technician.email ?? ''}`),
    ended_at: record.endedAt ?? null,
    platform: record.computer?.platform ?? null,
    platform_key: foldText(record.computer?.platform ?? ''),
    outcome: record.outcome ?? null,
    active_seconds: record.activeSeconds ?? null,
    total_seconds: record.totalSeconds ?? null,
    used_tools: toolBits(usedTools(record)),
    refused_tools: toolBits(record.consent.answers.flatMap(({ refused }) => refused)),
    ended_by: record.endedBy ?? null,
    held_until: held ?? null,
    kept_until: whole ?? null,
    watcher_key: watcherKey(whoSaw(record)),
  } satisfies Partial<SessionColumns>;
}

export type LateColumns = ReturnType<typeof lateColumnsOf>;

export type ListedColumns = Omit<
  SessionColumns,
  `${string}_key` | `${string}_until` | 'refused_tools' | 'ended_by'
>;

export function rowOf(columns: ListedColumns): SessionRow {
  return {
    id: columns.id,
    status: columns.status as SessionRow['status'],
    createdAt: columns.created_at,
    technician: columns.technician,
    technicianId: columns.technician_id,
    contact: columns.contact,
    reason: columns.reason,
    tools: toolsOfBits(columns.used_tools),
    ...(columns.ended_at !== null && { endedAt: columns.ended_at }),
    ...(columns.team !== null && { team: columns.team }),
    ...(columns.company !== null && { company: columns.company }),
    ...(columns.reference !== null && { reference: columns.reference }),
    ...(columns.platform !== null && { platform: columns.platform }),
    ...(columns.outcome !== null && { outcome: columns.outcome as NonNullable<SessionRow['outcome']> }),
    ...(columns.active_seconds !== null && { activeSeconds: columns.active_seconds }),
    ...(columns.total_seconds !== null && { totalSeconds: columns.total_seconds }),
    ...(columns.signatures !== null && {
      signatures: columns.signatures as NonNullable<SessionRow['signatures']>,
    }),
  };
}
