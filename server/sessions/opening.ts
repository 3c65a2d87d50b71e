import { v7 as uuidv7 } from 'uuid';
import type { NewSessionEntry } from '../../protocol/record.ts';
import type { OpenSession } from '../../protocol/session.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { SignedIn } from '../access/signed-in.ts';
import { Refusal } from '../refusal.ts';
import { withView } from './consent-decisions.ts';
import { CODE_TTL_MS } from './lifecycle.ts';

/** How a session begins. @throws Refusal `permission.missing` for a foreign team, `request.invalid` for none of several. */
export function createdEntry(
  technician: SignedIn,
  wish: OpenSession,
  codeHash: string,
  now: number,
): NewSessionEntry {
  const { userId, name, email, address } = technician;
  const team = teamOf(technician, wish.team);
  return {
    type: 'session.created',
    sessionId: uuidv7(),
    technician: { userId, name, email, ...(team === undefined ? {} : { team }), address },
    contact: wish.contact,
    ...(wish.reference === undefined ? {} : { reference: wish.reference }),
    reason: wish.reason,
    tools: withView(wish.tools),
    codeHash,
    codeExpiresAt: new Date(now + CODE_TTL_MS).toISOString(),
  };
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
