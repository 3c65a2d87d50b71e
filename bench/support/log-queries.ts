import type { ReadScope } from '../../server/records/record-store.ts';
import { TEAMS, TECHNICIANS } from './support-cast.ts';

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

const EVERYTHING = { everything: true } as const;
const MANAGER = { teams: [TEAMS[1]!, TEAMS[5]!] } as const;
const TECHNICIAN = { technicianId: TECHNICIANS[3]!.userId } as const;

/** First pages as people ask for them: what it is, the question as in the address, and whose eyes look. */
export const LOG_QUERIES: readonly [name: string, question: Record<string, unknown>, scope: ReadScope][] = [
  ['newest', {}, EVERYTHING],
  ['newest, two teams', {}, MANAGER],
  ['newest, own sessions', {}, TECHNICIAN],
  ['a month', { from: daysAgo(400), to: daysAgo(370) }, EVERYTHING],
  ['one tool', { tool: 'clipboard' }, EVERYTHING],
  ['a tool refused, two teams', { refused: 'control' }, MANAGER],
  ['status that is rare', { status: 'declined' }, EVERYTHING],
  ['outcome and length', { outcome: 'not-solved', minSeconds: 3600 }, EVERYTHING],
  ['ended by the customer, a month', { endedBy: 'customer', from: daysAgo(40), to: daysAgo(10) }, EVERYTHING],
  ['a technician by name', { technician: 'amara' }, EVERYTHING],
  ['part of a company', { company: 'foods 1' }, EVERYTHING],
  ['a computer', { computer: 'pc-4711' }, EVERYTHING],
  ['an address', { computer: '203.0.113.77' }, EVERYTHING],
  ['a file', { file: 'report' }, EVERYTHING],
  ['word in every row', { q: 'pc' }, EVERYTHING],
  ['word in many rows', { q: 'printer' }, EVERYTHING],
  ['beginning of many words', { q: 'pri' }, EVERYTHING],
  ['words in some rows', { q: 'invoice whit' }, EVERYTHING],
  ['word in one row', { q: 'INC-123456' }, EVERYTHING],
  ['word in no row', { q: 'zeppelin' }, EVERYTHING],
  ['words in many rows, own', { q: 'printer' }, TECHNICIAN],
  ['words in few rows, own', { q: 'invoice whit' }, TECHNICIAN],
  ['words and filters, two teams', { q: 'printer', tool: 'control', outcome: 'solved' }, MANAGER],
  ['words, a month', { q: 'printer', from: daysAgo(400), to: daysAgo(370) }, EVERYTHING],
  ['by company', { sort: 'company' }, EVERYTHING],
  ['by total, two teams', { sort: '-total' }, MANAGER],
  ['by length', { sort: '-active' }, EVERYTHING],
  ['words in many rows, by contact', { q: 'printer', sort: 'contact' }, EVERYTHING],
  ['words in some rows, by contact', { q: 'printer garc', sort: 'contact' }, MANAGER],
];
