import { v7 as uuid } from 'uuid';
import type { NewEntry } from '../../protocol/record.ts';
import type { EndReason, SessionStatus } from '../../protocol/session.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import type { Random } from './random.ts';
import { COMPANIES, FILE_NAMES, NOTES, PLATFORMS, personName, REASONS, TECHNICIANS } from './support-cast.ts';

/** Entries that are written together, and when: ms since the session was opened. */
export interface Moment {
  readonly after: number;
  readonly entries: readonly NewEntry[];
}

const ENDINGS: readonly [
  share: number,
  status: SessionStatus,
  reason: EndReason,
  by: 'technician' | 'customer' | 'broker',
][] = [
  [0.82, 'ended', 'done', 'technician'],
  [0.88, 'ended', 'stopped-by-customer', 'customer'],
  [0.91, 'lost', 'customer-gone', 'broker'],
  [0.94, 'declined', 'refused-by-customer', 'customer'],
  [0.97, 'expired', 'code-expired', 'broker'],
  [1, 'cancelled', 'cancelled-by-technician', 'technician'],
];

/** One whole session as it might have happened: some 10 to 20 entries at three moments. */
export function someSession(random: Random, openedAt: number): Moment[] {
  // Version 7, as the broker's: numbers that grow with time keep an index together.
  const sessionId = uuid({
    msecs: openedAt,
    random: Uint8Array.from({ length: 16 }, () => random.below(256)),
  });
  const luck = random.next();
  const [, status, reason, endedBy] = ENDINGS.find(([share]) => luck < share)!;
  const tools = TOOLS.filter((tool) => tool === 'view' || random.chance(0.45));
  const technician = random.pickOften(TECHNICIANS);
  const created = createdEntry(random, sessionId, tools, technician);
  const { email, address } = technician;
  const reached: NewEntry = { type: 'technician.noted', sessionId, email, address };
  const contact: NewEntry = { type: 'contact.noted', sessionId, details: { phone: phoneOf(random) } };
  const end: NewEntry = { type: 'session.ended', sessionId, status, endedBy, reason };
  if (status === 'expired') return [at(0, created, reached, contact), at(600_000, end)];
  if (status === 'cancelled') return [at(0, created, reached, contact), at(random.around(90_000), end)];

  const joined = random.around(120_000);
  const answered = joined + random.around(20_000);
  const allowed =
    status === 'declined' ? [] : tools.filter((tool) => tool === 'view' || !random.chance(0.08));
  const asking = [joinedEntry(random, sessionId), ...asked(random, sessionId, tools, allowed)];
  if (status === 'declined') return [at(0, created, reached, contact), at(answered, ...asking, end)];

  const used = allowed.filter((tool) => tool === 'view' || random.chance(0.7));
  const lanes = used.map((tool) => ({ sessionId, tool, laneId: random.uuid() }));
  const start: NewEntry[] = [
    { type: 'session.admitted', sessionId },
    { type: 'session.started', sessionId },
    ...lanes.map((lane): NewEntry => ({ type: 'lane.opened', ...lane })),
  ];
  const work: NewEntry[] = [
    ...(used.includes('file-upload') ? file(random, sessionId) : []),
    ...lanes.map(
      (lane): NewEntry => ({
        type: 'lane.closed',
        ...lane,
        reason: 'done',
        bytesFromTechnician: random.below(200_000),
        bytesFromCustomer: random.below(40_000_000),
      }),
    ),
    ...(random.chance(0.8) ? noted(random, sessionId) : []),
  ];
  return [
    at(0, created, reached, contact),
    at(answered, ...asking, ...start),
    at(answered + random.around(780_000), ...work, end),
  ];
}

const at = (after: number, ...entries: NewEntry[]): Moment => ({ after: Math.round(after), entries });

export const createdEntry = (
  random: Random,
  sessionId: string,
  tools: readonly Tool[],
  { userId, name, team } = random.pickOften(TECHNICIANS),
): NewEntry => ({
  type: 'session.created',
  sessionId,
  technician: { userId, name, team },
  contact: {
    name: personName(random),
    company: random.pickOften(COMPANIES),
  },
  detailsGiven: ['phone'],
  reference: `INC-${random.below(1_000_000)}`,
  reason: random.pickOften(REASONS),
  tools: [...tools],
  codeHash: 'f'.repeat(64),
  codeExpiresAt: '2026-01-01T00:10:00.000Z',
});

const phoneOf = (random: Random): string => `+44 20 7946 ${String(random.below(10_000)).padStart(4, '0')}`;

const joinedEntry = (random: Random, sessionId: string): NewEntry => ({
  type: 'session.joined',
  sessionId,
  computer: {
    hostName: `pc-${random.below(10_000)}`,
    platform: random.pickOften(PLATFORMS),
    architecture: 'x64',
    address: `203.0.113.${random.below(255)}`,
  },
  agent: { kind: 'native', version: '0.1.0', capable: [...TOOLS] },
  agentTokenHash: 'e'.repeat(64),
});

function asked(random: Random, sessionId: string, tools: Tool[], allowed: Tool[]): NewEntry[] {
  const request = { sessionId, requestId: random.uuid() };
  const refused = tools.filter((tool) => !allowed.includes(tool));
  const isSilent = allowed.length === 0 && random.chance(0.4);
  return [
    { type: 'consent.requested', ...request, tools, expiresAt: '2026-01-01T00:01:00.000Z' },
    {
      type: 'consent.answered',
      ...request,
      allowed,
      refused,
      unable: [],
      mode: isSilent ? 'timed-out' : 'person',
      textVersion: '2026-1',
    },
  ];
}

function file(random: Random, sessionId: string): NewEntry[] {
  const one = { sessionId, fileId: random.uuid() };
  const size = random.below(5_000_000);
  return [
    { type: 'file.offered', ...one, tool: 'file-upload', size },
    {
      type: 'file.named',
      ...one,
      name: `${random.pick(FILE_NAMES)}-${random.below(10_000)}.zip`,
      renamed: false,
    },
    { type: 'file.accepted', ...one },
    {
      type: 'file.finished',
      ...one,
      side: 'customer',
      outcome: 'completed',
      bytes: size,
      sha256: 'a'.repeat(64),
    },
  ];
}

function noted(random: Random, sessionId: string): NewEntry[] {
  const noteId = random.uuid();
  const hasNote = random.chance(0.5);
  const said: NewEntry = {
    type: 'session.noted',
    sessionId,
    userId: random.pick(TECHNICIANS).userId,
    outcome: random.chance(0.85) ? 'solved' : 'not-solved',
    ...(hasNote && { noteId }),
  };
  return hasNote ? [said, { type: 'note.written', sessionId, noteId, note: random.pick(NOTES) }] : [said];
}
