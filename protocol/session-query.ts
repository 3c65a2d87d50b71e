import { z } from 'zod';
import { list, Moment } from './query-parameters.ts';
import { Outcome, SessionStatus } from './session.ts';
import { Instant } from './text.ts';
import { Tool } from './tool.ts';

/** What may be asked of the session log, over HTTP as query parameters. All given filters must hold. */
export const SessionFilters = z.object({
  /** Created at or after. */
  from: Moment.optional(),
  /** Created before. */
  to: Moment.optional(),
  /** User id, or part of a technician's name or e-mail. */
  technician: z.string().min(1).max(254).optional(),
  team: list(z.string().min(1).max(60)).optional(),
  status: list(SessionStatus).optional(),
  /** Sessions in which all of these were used. */
  tool: list(Tool).optional(),
  outcome: list(Outcome).optional(),
  company: z.string().min(1).max(120).optional(),
  /** Words anywhere in contact, company, reference, reason, computer, notes, file names; each by its beginning. */
  q: z.string().min(1).max(10_000).optional(),
});
export type SessionFilters = z.infer<typeof SessionFilters>;

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

export const SessionQuery = SessionFilters.extend({
  /** A column, `-` before it for descending. */
  sort: z
    .string()
    .regex(new RegExp(`^-?(${SORTABLE.join('|')})$`), `one of ${SORTABLE.join(', ')}, with - for descending`)
    .default('-created'),
  cursor: z.string().max(2000).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type SessionQuery = z.infer<typeof SessionQuery>;

/** One row of the session log. */
export const SessionRow = z.object({
  id: z.uuid(),
  status: SessionStatus,
  createdAt: Instant,
  endedAt: Instant.optional(),
  technician: z.string(),
  team: z.string().optional(),
  contact: z.string(),
  company: z.string().optional(),
  reference: z.string().optional(),
  reason: z.string(),
  platform: z.string().optional(),
  /** Tools that were really used. */
  tools: z.array(Tool),
  outcome: Outcome.optional(),
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

export const ExportQuery = SessionFilters.extend({ format: z.enum(['csv', 'json', 'ndjson']) });
export type ExportQuery = z.infer<typeof ExportQuery>;
