import { v4 as uuid } from 'uuid';
import type { ContactDetails } from '../../protocol/contact.ts';
import type { NewEntry, NewSessionEntry } from '../../protocol/record.ts';
import type { Tool } from '../../protocol/tool.ts';

type Created = Extract<NewEntry, { type: 'session.created' }>;

export const TECHNICIAN = {
  userId: '0195f000-0000-7000-8000-0000000000aa',
  name: 'Tove Ström',
  team: 'North',
};
/** What no receipt tells of her. */
export const REACHED_AT = { email: 'tove@helpdesk.example', address: '10.1.0.7' };

/** How a session begins; with `change` for what a test is about. */
export function begin(change: Partial<Created> = {}): Created {
  return {
    type: 'session.created',
    sessionId: uuid(),
    technician: TECHNICIAN,
    contact: { name: 'Dana Whitfield', company: 'Harbour Logistics' },
    detailsGiven: [],
    reference: 'INC-4711',
    reason: 'Printer prints only blank pages',
    tools: ['view', 'control'],
    codeHash: 'f'.repeat(64),
    codeExpiresAt: '2026-03-02T09:10:00.000Z',
    ...change,
  };
}

export const technicianNoted = (sessionId: string, reachedAt = REACHED_AT): NewSessionEntry => ({
  type: 'technician.noted',
  sessionId,
  ...reachedAt,
});

/** What goes before the rest of the contact; `begin` must have said that it was given. */
export const contacted = (sessionId: string, details: ContactDetails): NewSessionEntry => ({
  type: 'contact.noted',
  sessionId,
  details,
});

export const joined = (sessionId: string, platform = 'Debian GNU/Linux 12'): NewEntry => ({
  type: 'session.joined',
  sessionId,
  computer: {
    hostName: 'frontdesk-3',
    platform,
    architecture: 'x64',
    privateAddress: '192.168.1.50',
    address: '203.0.113.9',
  },
  agent: { kind: 'native', version: '0.1.0', capable: ['view', 'control', 'file-upload'] },
  agentTokenHash: 'e'.repeat(64),
});

/** Tove passes it on. */
export const passedOn = (sessionId: string, technician: Created['technician']): NewSessionEntry => ({
  type: 'session.passed',
  sessionId,
  passingId: uuid(),
  technician,
  from: TECHNICIAN,
});

export const started = (sessionId: string): NewSessionEntry => ({ type: 'session.started', sessionId });

export const end = (sessionId: string): NewSessionEntry => ({
  type: 'session.ended',
  sessionId,
  status: 'ended',
  endedBy: 'technician',
  reason: 'done',
});

/** An outcome with a note. */
export function note(sessionId: string, text: string): NewSessionEntry[] {
  const noteId = uuid();
  return [
    { type: 'session.noted', sessionId, userId: TECHNICIAN.userId, outcome: 'solved', noteId },
    { type: 'note.written', sessionId, noteId, note: text },
  ];
}

/** Control was asked for and refused, view was allowed. */
export const refusedControl = (sessionId: string): NewSessionEntry => ({
  type: 'consent.answered',
  sessionId,
  requestId: uuid(),
  allowed: ['view'],
  refused: ['control'],
  unable: [],
  mode: 'person',
  textVersion: '2026-1',
});

export const laneOpened = (sessionId: string, tool: Tool, laneId: string): NewSessionEntry => ({
  type: 'lane.opened',
  sessionId,
  tool,
  laneId,
});

/** Somebody else asks, gets this answer, and sees the picture when it is a yes. */
export function watchedBy(
  sessionId: string,
  watcher: { name: string; userId: string },
  allowed = true,
): NewSessionEntry[] {
  const watchingId = uuid();
  const asked: NewSessionEntry = {
    type: 'watching.asked',
    sessionId,
    watchingId,
    watcher: { ...watcher, role: 'manager' },
    because: 'supervises',
    expiresAt: '2026-03-02T09:30:00.000Z',
  };
  const answered: NewSessionEntry = {
    type: 'watching.answered',
    sessionId,
    watchingId,
    allowed,
    mode: 'person',
    watcherSha256: 'a'.repeat(64),
  };
  const opened: NewSessionEntry = {
    type: 'lane.opened',
    sessionId,
    tool: 'view',
    laneId: uuid(),
    watchingId,
  };
  return [asked, answered, ...(allowed ? [opened] : [])];
}

export const laneClosed = (
  sessionId: string,
  tool: Tool,
  laneId: string,
  [bytesFromTechnician, bytesFromCustomer]: readonly [number, number],
): NewSessionEntry => ({
  type: 'lane.closed',
  sessionId,
  tool,
  laneId,
  reason: 'done',
  bytesFromTechnician,
  bytesFromCustomer,
});

/** A file that the technician sends and the customer's computer has whole. */
export function sentFile(sessionId: string, name: string, fileId: string = uuid()): NewSessionEntry[] {
  const file = { sessionId, fileId };
  const finished = { ...file, type: 'file.finished', outcome: 'completed', bytes: 2048 } as const;
  return [
    { ...file, type: 'file.offered', tool: 'file-upload', size: 2048 },
    { ...file, type: 'file.named', name, renamed: false },
    { ...file, type: 'file.accepted' },
    { ...finished, side: 'technician', sha256: 'a'.repeat(64) },
    { ...finished, side: 'customer', sha256: 'a'.repeat(64) },
  ];
}

export const signInFailed = (email: string): NewEntry => ({
  type: 'sign-in.failed',
  email,
  address: '198.51.100.4',
  reason: 'wrong',
});
