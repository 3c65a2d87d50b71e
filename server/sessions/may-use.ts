import type { Tool } from '../../protocol/tool.ts';
import { isGranted } from '../consent/grant.ts';
import { Refusal } from '../refusal.ts';
import { inOpenSession, type Session } from './session.ts';

/** @throws Refusal `consent.missing`, `request.out-of-order`, `session.over`: no lane without a live grant. */
export function mayUse(session: Session, tool: Tool): void {
  inOpenSession(session);
  if (!isGranted(session.tools, tool)) {
    throw new Refusal('consent.missing', 'The customer has not allowed this.');
  }
  if (session.status !== 'active') throw new Refusal('request.out-of-order', 'The session has not started.');
}
