import { z } from 'zod';
import { ENDS_AFTER_ITS_BEGINNING, isInOrder, list, Moment, names } from './query-parameters.ts';
import { EndedBy, Outcome, SessionStatus } from './session.ts';
import { Signatures } from './signatures.ts';
import { Instant } from './text.ts';
import { Tool } from './tool.ts';

/** Each different word is looked up by itself, and who looks for more than this has pasted something else. */
export const MAX_SEARCH_WORDS = 32;
const countWords = (text: string): number =>
  new Set(text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).size;
export const ofFewWords = (text: string): boolean => countWords(text) <= MAX_SEARCH_WORDS;
/** Of the words for one field. */
export const MAX_FIELD_CHARACTERS = 254;
const TOO_MANY = `Search for fewer words: at most ${MAX_SEARCH_WORDS} different ones at a time.`;

/** Words of one field: each must occur, by its beginning, in any case and without accents. */
const Words = z.string().min(1).max(MAX_FIELD_CHARACTERS).refine(ofFewWords, TOO_MANY);
const Seconds = z.coerce
  .number()
  .int()
  .min(0)
  .max(365 * 86_400);

/** Sessions that somebody keeps beyond their time: put on hold, or held or extended. */
export const KeptLonger = z.enum(['on-hold', 'held-or-extended']);
export type KeptLonger = z.infer<typeof KeptLonger>;

/** What may be asked of the session log, over HTTP as query parameters. All given filters must hold. */
export const SessionFilters = z.object({
  /** Created at or after. */
  from: Moment.optional(),
  /** Created before. */
  to: Moment.optional(),
  /** User id, or words of a technician's name or e-mail. */
  technician: Words.optional(),
  team: names(z.string().min(1).max(60)).optional(),
  status: list(SessionStatus).optional(),
  /** Sessions in which all of these were used. */
  tool: list(Tool).optional(),
  /** Sessions in which the customer refused all of these at least once, or did not answer. */
  refused: list(Tool).optional(),
  outcome: list(Outcome).optional(),
  endedBy: list(EndedBy).optional(),
  /** Sessions that are over, by how far both ends signed them. */
  signatures: list(Signatures).optional(),
  kept: KeptLonger.optional(),
  /** From start to end, at least and at most so many seconds. Sessions that never started have no length. */
  minSeconds: Seconds.optional(),
  maxSeconds: Seconds.optional(),
  /** User id, or words of the name, of somebody else who saw the picture. */
  watcher: Words.optional(),
  company: Words.optional(),
  /** The customer, or who was on the phone: name, e-mail, phone. */
  contact: Words.optional(),
  reference: Words.optional(),
  /** The customer's computer: its name, its platform, its addresses. */
  computer: Words.optional(),
  file: Words.optional(),
  /** Words anywhere: in people, company, reference, reason, computer, notes, file names. */
  q: z.string().min(1).max(10_000).refine(ofFewWords, TOO_MANY).optional(),
});
export type SessionFilters = z.infer<typeof SessionFilters>;

/** Filters that name somebody or something of theirs: who uses one looks for a person. */
export const SEARCHES = [
  'technician',
  'watcher',
  'company',
  'contact',
  'reference',
  'computer',
  'file',
  'q',
] as const satisfies readonly (keyof SessionFilters)[];

const OF_STAFF: readonly string[] = ['technician', 'watcher'];
/** Filters whose words may be anybody's name or number, and go earlier than the entry that tells of the question. */
export const WORDED: readonly string[] = SEARCHES.filter((name) => !OF_STAFF.includes(name));

export const SORTABLE = [
  'created',
  'technician',
  'company',
  'contact',
  'platform',
  'status',
  'active',
  'total',
] as const;

/** Strict: a filter that nobody knows, left out, would show more than was asked for. */
export const SessionQuery = SessionFilters.extend({
  /** A column, `-` before it for descending. */
  sort: z
    .string()
    .regex(new RegExp(`^-?(${SORTABLE.join('|')})$`), `one of ${SORTABLE.join(', ')}, with - for descending`)
    .default('-created'),
  cursor: z.string().max(2000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
  .strict()
  .refine(isInOrder, ENDS_AFTER_ITS_BEGINNING);
export type SessionQuery = z.infer<typeof SessionQuery>;

/** One row of the session log. */
export const SessionRow = z.object({
  id: z.uuid(),
  status: SessionStatus,
  createdAt: Instant,
  endedAt: Instant.optional(),
  /** Who has it, or had it at its end. */
  technician: z.string(),
  technicianId: z.uuid(),
  /** In which it was opened. */
  team: z.string().optional(),
  contact: z.string(),
  company: z.string().optional(),
  reference: z.string().optional(),
  reason: z.string(),
  platform: z.string().optional(),
  /** Tools that were really used. */
  tools: z.array(Tool),
  outcome: Outcome.optional(),
  /** Absent while it goes on, and when nobody joined. */
  signatures: Signatures.optional(),
  /** From its start to its end; absent when it never started. */
  activeSeconds: z.number().optional(),
  /** With the waiting for the customer. */
  totalSeconds: z.number().optional(),
});
export type SessionRow = z.infer<typeof SessionRow>;

export const SessionPage = z.object({
  items: z.array(SessionRow),
  /** Absent on the last page. */
  nextCursor: z.string().optional(),
  /** How many match in all; absent where counting would be slow. */
  total: z.number().int().optional(),
});
export type SessionPage = z.infer<typeof SessionPage>;

/** Columns of the CSV export, in its order. */
export const CsvColumn = z.enum([
  'id',
  'status',
  'ended_by',
  'end_reason',
  'outcome',
  'technician',
  'technician_email',
  'technician_address',
  'team',
  'earlier_technicians',
  'contact',
  'contact_name',
  'company',
  'phone',
  'email',
  'reference',
  'reason',
  'notes',
  'computer_address',
  'computer_private_address',
  'computer_name',
  'platform',
  'architecture',
  'agent_version',
  'created_at',
  'joined_at',
  'started_at',
  'ended_at',
  'waiting_seconds',
  'active_seconds',
  'total_seconds',
  'tools_used',
  'tools_refused',
  'watched_by',
  'bytes_from_technician',
  'bytes_from_customer',
  'files',
  'signatures',
  'delete_after',
]);
export type CsvColumn = z.infer<typeof CsvColumn>;

export const ExportQuery = SessionFilters.extend({
  format: z.enum(['csv', 'json', 'ndjson']),
  /** Of CSV only these, in their order; all when left out. */
  columns: list(CsvColumn).optional(),
  /** NDJSON only: with the entries of each record and their proofs (proven-export.ts). */
  proofs: z.enum(['true', 'false']).optional(),
})
  .strict()
  .refine(isInOrder, ENDS_AFTER_ITS_BEGINNING);
export type ExportQuery = z.infer<typeof ExportQuery>;

/** By name. */
export const Teams = z.object({ items: z.array(z.string()) });
