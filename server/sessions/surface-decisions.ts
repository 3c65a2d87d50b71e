import type { NewSessionEntry } from '../../protocol/record.ts';
import type { NothingShown, Surface } from '../../protocol/surface.ts';
import { isGranted } from '../consent/grant.ts';
import { Refusal } from '../refusal.ts';
import { inOpenSession, type Session } from './session.ts';

/** More often than any customer changes what they show. */
export const MAX_SURFACE_CHANGES = 100;

/**
 * The customer chose what their browser shows. Each choice is written: another tab is the same kind of surface.
 * @throws Refusal `session.over`, `request.out-of-order` for a program, without a grant, and for one that never stops.
 */
export function decideShow(session: Session, surface: Surface): NewSessionEntry[] {
  inBrowser(session);
  if (!isGranted(session.tools, 'view'))
    throw new Refusal('request.out-of-order', 'Nothing is shown before the customer allows the screen.');
  mayChange(session);
  return [{ type: 'surface.shared', sessionId: session.id, surface }];
}

/**
 * They were asked and chose nothing, or what they showed went with the page that showed it. @throws Refusal as above, and
 * when nobody asks for the screen, or it is not allowed.
 */
export function decideShowNothing(session: Session, reason: NothingShown): NewSessionEntry[] {
  inBrowser(session);
  if (reason === 'loaded-anew' && !isGranted(session.tools, 'view'))
    throw new Refusal('request.out-of-order', 'Nothing was shown before.');
  if (reason !== 'loaded-anew' && !session.pending.some(({ tools }) => tools.includes('view')))
    throw new Refusal('request.out-of-order', 'No question for the screen is open.');
  if (session.surface?.refused === reason) return [];
  mayChange(session);
  return [{ type: 'surface.refused', sessionId: session.id, reason }];
}

function inBrowser(session: Session): void {
  inOpenSession(session);
  if (session.agent?.kind !== 'browser')
    throw new Refusal('request.out-of-order', 'Only an agent in a browser chooses what it shows.');
}

function mayChange(session: Session): void {
  if (session.surfaceChanges >= MAX_SURFACE_CHANGES)
    throw new Refusal(
      'request.out-of-order',
      'What is shown was changed too often in this session. Open a new one to show something else.',
    );
}
