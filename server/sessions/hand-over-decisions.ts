import { ASK_AGAIN_AFTER_MS } from '../../protocol/consent.ts';
import { goesOn } from '../../protocol/hand-over.ts';
import type { NewSessionEntry } from '../../protocol/record.ts';
import type { Tool } from '../../protocol/tool.ts';
import { grantedTools } from '../consent/grant.ts';
import { Refusal } from '../refusal.ts';
import { consentRequest, FIRST_CONSENT_TIMEOUT_MS, withView } from './consent-decisions.ts';
import type { Successor } from './hand-over.ts';
import { inOpenSession, type Session } from './session.ts';
import { cutOffFiles } from './session-files.ts';
import { endWithPicture } from './watching-decisions.ts';

/** Tickets of one session; each makes its record longer. */
const MAX_TICKETS = 20;

/**
 * The technician asks for what a browser cannot serve. Nothing while that is asked already.
 * @throws Refusal `request.out-of-order` where the agent is a program, `tries.too-many` shortly after a no.
 */
export function decideAskHandOver(session: Session, tools: readonly Tool[], now: number): NewSessionEntry[] {
  inBrowser(session);
  const { asked, refusedAt } = session.handOver;
  if (asked !== undefined) return [];
  const waitMs = refusedAt === undefined ? 0 : Date.parse(refusedAt) + ASK_AGAIN_AFTER_MS - now;
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1000);
    throw new Refusal('tries.too-many', `Ask again in ${seconds} seconds.`, undefined, seconds);
  }
  return [{ type: 'hand-over.asked', sessionId: session.id, tools: [...tools] }];
}

/** The customer gets a ticket. @throws Refusal `request.out-of-order`, `tries.too-many` */
export function decideBeginHandOver(session: Session, expiresAt: number): NewSessionEntry[] {
  inBrowser(session);
  if (session.handOver.tickets >= MAX_TICKETS)
    throw new Refusal('tries.too-many', 'The program was tried too often in this session. Open a new one.');
  const until = new Date(expiresAt).toISOString();
  return [{ type: 'hand-over.begun', sessionId: session.id, expiresAt: until }];
}

/** The customer does not want to. Nothing, when nothing was asked or begun. */
export function decideRefuseHandOver(session: Session, isBegun: boolean): NewSessionEntry[] {
  inBrowser(session);
  if (session.handOver.asked === undefined && !isBegun) return [];
  return [{ type: 'hand-over.refused', sessionId: session.id }];
}

/**
 * The program takes the place of the browser. What the browser's customer allowed goes on as far as their browser says so
 * with its signature; all else that was allowed, asked for or wanted of a program is asked anew, on the program's own page.
 * @throws Refusal `request.out-of-order` when no such program waits.
 */
export function decideHandOver(
  session: Session,
  successor: Successor | undefined,
  { signingKey, allowed }: { signingKey: string; allowed: readonly Tool[] },
  now: number,
  isToBeHad: (tool: Tool) => boolean = () => true,
): NewSessionEntry[] {
  inBrowser(session);
  if (successor?.signingKey !== signingKey)
    throw new Refusal('request.out-of-order', 'This program is not waiting any more.');
  const { agent, computer, signingKey: before } = session;
  const { capable } = successor.agent;
  const granted = grantedTools(session.tools);
  const stays = before === undefined ? [] : goesOn(granted, session.surface?.surface);
  const kept = stays.filter((tool) => allowed.includes(tool) && capable.includes(tool));
  const wanted = [...granted, ...session.pending.flatMap(({ tools }) => tools), ...wantedOfProgram(session)];
  const asked = withView(wanted).filter(
    (tool) => capable.includes(tool) && !kept.includes(tool) && isToBeHad(tool),
  );
  const { capable: _, ...from } = agent!;
  return [
    ...cutOffFiles(session.id, session.files, 'handed-over'),
    // The customer said who may watch to their browser; the program shows more, and has not heard it.
    ...endWithPicture(session, 'broker', 'handed-over'),
    {
      type: 'agent.handed-over',
      sessionId: session.id,
      ...successor,
      allowed: kept,
      from: {
        ...from,
        platform: computer?.platform ?? 'unknown',
        ...(before !== undefined && { signingKey: before }),
      },
    },
    // It comes with a page that has to open first, as the first one does.
    ...consentRequest(session, asked, now, FIRST_CONSENT_TIMEOUT_MS),
  ];
}

/** What the technician wants the program for: as they asked, or as they opened the session with. */
const wantedOfProgram = ({ handOver, requested, tools }: Session): Tool[] => [
  ...(handOver.wanted ?? []),
  ...requested.filter((tool) => tools[tool].standing === 'unable'),
];

function inBrowser(session: Session): void {
  inOpenSession(session);
  if (session.status !== 'active')
    throw new Refusal('request.out-of-order', 'The session has not started yet.');
  if (session.agent?.kind !== 'browser')
    throw new Refusal('request.out-of-order', 'The program is there already.');
}
