import { v7 as uuidv7 } from 'uuid';
import { ContactDetail } from '../../protocol/contact.ts';
import type { NewSessionEntry } from '../../protocol/record.ts';
import type { OpenSession } from '../../protocol/session.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { SignedIn } from '../access/signed-in.ts';
import { Refusal } from '../refusal.ts';
import { withView } from './consent-decisions.ts';
import { CODE_TTL_MS } from './lifecycle.ts';

/**
 * How a session begins. What of the contact goes before the rest, and what of the technician no receipt tells, stand in
 * entries of their own.
 * @throws Refusal `permission.missing` for a foreign team, `request.invalid` for none of several.
 */
export function beginning(
  technician: SignedIn,
  wish: OpenSession,
  codeHash: string,
  now: number,
): NewSessionEntry[] {
  const { userId, name, email, address } = technician;
  const team = teamOf(technician, wish.team);
  const sessionId = uuidv7();
  const { name: customer, company, ...written } = wish.contact;
  const detailsGiven = ContactDetail.options.filter((detail) => written[detail] !== undefined);
  const created: NewSessionEntry = {
    type: 'session.created',
    sessionId,
    technician: { userId, name, ...(team === undefined ? {} : { team }) },
    contact: { name: customer, ...(company === undefined ? {} : { company }) },
    detailsGiven,
    ...(wish.reference === undefined ? {} : { reference: wish.reference }),
    reason: wish.reason,
    tools: withView(wish.tools),
    codeHash,
    codeExpiresAt: new Date(now + CODE_TTL_MS).toISOString(),
  };
  const begun: NewSessionEntry[] = [created, { type: 'technician.noted', sessionId, email, address }];
  if (detailsGiven.length === 0) return begun;
  const details = Object.fromEntries(detailsGiven.map((detail) => [detail, written[detail]]));
  return [...begun, { type: 'contact.noted', sessionId, details }];
}

/** Before a code is used up. @throws Refusal `protocol.mismatch` that says which side is older. */
export function checkVersion(theirs: number): void {
  if (theirs === PROTOCOL_VERSION) return;
  const message =
    theirs < PROTOCOL_VERSION
      ? `This agent is older than the server (protocol ${theirs}, the server speaks ${PROTOCOL_VERSION}). Update the agent.`
      : `This agent is newer than the server (protocol ${theirs}, the server speaks ${PROTOCOL_VERSION}). Use the agent that belongs to this server.`;
  throw new Refusal('protocol.mismatch', message);
}

function teamOf(technician: SignedIn, wished: string | undefined): string | undefined {
  if (wished !== undefined && !technician.teams.includes(wished)) {
    throw new Refusal('permission.missing', 'You are not in this team.');
  }
  if (wished === undefined && technician.teams.length > 1) {
    throw new Refusal('request.invalid', 'Choose a team.', [
      { path: 'team', message: `one of ${technician.teams.join(', ')}` },
    ]);
  }
  return wished ?? technician.teams[0];
}
