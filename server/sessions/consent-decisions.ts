import { randomUUID } from 'node:crypto';
import { type AnswerMode, ASK_AGAIN_AFTER_MS, type PendingConsent } from '../../protocol/consent.ts';
import type { ShownText } from '../../protocol/proof/statement.ts';
import type { NewSessionEntry } from '../../protocol/record.ts';
import type { Side } from '../../protocol/session.ts';
import { needsView, TOOLS, type Tool } from '../../protocol/tool.ts';
import { isGranted, withDependents } from '../consent/grant.ts';
import { Refusal } from '../refusal.ts';
import { inOpenSession, isOver, type Session } from './session.ts';
import { cutOffFiles } from './session-files.ts';
import { endWithPicture } from './watching-decisions.ts';

/** Silence for this long is a refusal (DESIGN 2.3). */
export const CONSENT_TIMEOUT_MS = 60_000;
/** The first question comes before its page is open, with a card and a text to read (docs/decisions/0012). */
export const FIRST_CONSENT_TIMEOUT_MS = 5 * 60_000;

/** What the customer is asked for when `wished` is wanted: `control` and `clipboard` live inside `view`. */
export function withView(wished: readonly Tool[]): Tool[] {
  return TOOLS.filter((tool) => wished.includes(tool) || (tool === 'view' && wished.some(needsView)));
}

/** A new question, or nothing when there is nothing to ask. */
export function consentRequest(
  session: Session,
  tools: readonly Tool[],
  now: number,
  withinMs = CONSENT_TIMEOUT_MS,
): NewSessionEntry[] {
  if (tools.length === 0) return [];
  return [
    {
      type: 'consent.requested',
      sessionId: session.id,
      requestId: randomUUID(),
      tools: [...tools],
      expiresAt: new Date(now + withinMs).toISOString(),
    },
  ];
}

/**
 * The technician asks for more tools. What is granted or already asked for is not asked again.
 * @throws Refusal `request.out-of-order` before anybody joined, `request.invalid` when this computer can serve
 * none of them, `tries.too-many` shortly after a refusal.
 */
export function decideRequestTools(
  session: Session,
  wished: readonly Tool[],
  now: number,
): NewSessionEntry[] {
  inOpenSession(session);
  if (session.status === 'created') throw new Refusal('request.out-of-order', 'Nobody has joined yet.');
  const idle = withView(wished).filter(
    (tool) => !isGranted(session.tools, tool) && session.tools[tool].standing !== 'asked',
  );
  if (idle.length === 0) return [];
  const able = idle.filter((tool) => session.tools[tool].standing !== 'unable');
  if (wished.every((tool) => session.tools[tool].standing === 'unable')) {
    throw new Refusal('request.invalid', 'This computer cannot do that.');
  }
  const waitMs = Math.max(0, ...able.map((tool) => coolDownMs(session, tool, now)));
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1000);
    throw new Refusal('tries.too-many', `Ask again in ${seconds} seconds.`, undefined, seconds);
  }
  return consentRequest(session, able, now);
}

function coolDownMs(session: Session, tool: Tool, now: number): number {
  const { standing, since } = session.tools[tool];
  if (standing !== 'refused' && standing !== 'revoked') return 0;
  return Date.parse(since) + ASK_AGAIN_AFTER_MS - now;
}

/**
 * The customer's answer, or (`mode: 'timed-out'`) the lack of one. A tool that needs the picture is only allowed
 * together with it.
 * @throws Refusal `request.out-of-order` for a question that is not open.
 */
export function decideAnswer(
  session: Session,
  answer: { requestId: string; allowed: readonly Tool[]; mode: AnswerMode | 'timed-out' },
  text: ShownText,
): NewSessionEntry[] {
  inOpenSession(session);
  const pending = session.pending.find(({ requestId }) => requestId === answer.requestId);
  if (!pending) throw new Refusal('request.out-of-order', 'This question is not open any more.');
  const ticked = pending.tools.filter((tool) => answer.allowed.includes(tool));
  const viewStands = isGranted(session.tools, 'view') || ticked.includes('view');
  const allowed = ticked.filter((tool) => viewStands || !needsView(tool));
  const answered: NewSessionEntry = {
    type: 'consent.answered',
    sessionId: session.id,
    requestId: pending.requestId,
    allowed,
    refused: pending.tools.filter((tool) => !allowed.includes(tool)),
    unable: session.requested.filter((tool) => session.tools[tool].standing === 'unable'),
    mode: answer.mode,
    ...text,
  };
  if (allowed.length > 0) return [answered, ...startIfReady(session, session.admitted)];
  return [answered, ...declineIfNothingLeft(session, pending, answer.mode === 'timed-out')];
}

/** The customer allows a tool that nobody asked for. @throws Refusal `request.out-of-order`, `request.invalid`. */
export function decideVolunteer(session: Session, tool: Tool, text: ShownText): NewSessionEntry[] {
  inOpenSession(session);
  if (session.status === 'created') throw new Refusal('request.out-of-order', 'Nobody has joined yet.');
  if (isGranted(session.tools, tool)) return [];
  if (session.tools[tool].standing === 'unable') {
    throw new Refusal('request.invalid', 'This computer cannot do that.');
  }
  if (needsView(tool) && !isGranted(session.tools, 'view')) {
    throw new Refusal('request.out-of-order', 'Allow viewing the screen first.');
  }
  return [
    { type: 'consent.volunteered', sessionId: session.id, tool, ...text },
    ...startIfReady(session, session.admitted),
  ];
}

/**
 * Takes a grant back (the customer) or gives it back (the technician), with what lives inside it and its transfers.
 * Of a tool that is not granted there is nothing to take back.
 */
export function decideRevoke(session: Session, tool: Tool, by: Side): NewSessionEntry[] {
  inOpenSession(session);
  const entries = withDependents(tool)
    .filter((one) => isGranted(session.tools, one))
    .flatMap((one): NewSessionEntry[] => [
      { type: 'grant.revoked', sessionId: session.id, tool: one, by },
      ...cutOffFiles(session.id, session.files, 'tool-withdrawn', one),
    ]);
  // Also where the picture is gone already: somebody may have been asked for since, on the way to the record.
  return tool === 'view' ? [...entries, ...endWithPicture(session, by)] : entries;
}

/** A session starts once both have said yes: the technician to this computer, the customer to a tool. */
export function startIfReady(session: Session, admitted: boolean): NewSessionEntry[] {
  return session.status === 'joined' && admitted ? [{ type: 'session.started', sessionId: session.id }] : [];
}

function declineIfNothingLeft(
  session: Session,
  answered: PendingConsent,
  silent: boolean,
): NewSessionEntry[] {
  if (isOver(session) || session.status !== 'joined') return [];
  if (session.pending.some(({ requestId }) => requestId !== answered.requestId)) return [];
  if (TOOLS.some((tool) => isGranted(session.tools, tool))) return [];
  return [
    {
      type: 'session.ended',
      sessionId: session.id,
      status: 'declined',
      endedBy: silent ? 'broker' : 'customer',
      reason: silent ? 'consent-timed-out' : 'refused-by-customer',
    },
  ];
}
