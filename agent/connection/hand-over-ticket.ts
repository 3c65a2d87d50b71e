import { verify } from 'node:crypto';
import { HAND_OVER_TICKET } from '../../protocol/hand-over.ts';
import type { SignedStatement } from '../../protocol/proof/signed-statement.ts';
import { readStatement, signedMessage } from '../../protocol/proof/statement.ts';
import type { Tool } from '../../protocol/tool.ts';
import { AgentError, EXIT } from '../agent-error.ts';

/** What the customer carries from their browser to this program. */
export interface HandOverTicket {
  /** For the broker, which opens the session by it. */
  readonly ticket: string;
  /** Of the browser, in base64url: what it says is believed, and of nobody else. Absent where that cannot sign. */
  readonly browserKey?: string;
}

/** @throws AgentError for what is no ticket. */
export function readTicket(typed: string): HandOverTicket {
  const [, ticket, browserKey] = HAND_OVER_TICKET.exec(typed.trim()) ?? [];
  if (ticket === undefined)
    throw new AgentError(
      EXIT.codeRefused,
      'This is not a whole ticket. Copy the command again, with all of its line.',
    );
  return { ticket, ...(browserKey !== undefined && { browserKey }) };
}

/**
 * The tools that stay allowed: those that the browser says its customer allowed, in its last word, to this very program.
 * The word comes through the broker, the key did not: so the broker can add nothing to it.
 */
export function inheritedTools(
  { text, signature }: SignedStatement,
  { browserKey }: HandOverTicket,
  { sessionId, signingKey }: { sessionId: string; signingKey: string },
): readonly Tool[] {
  if (browserKey === undefined) return [];
  const key = { key: { kty: 'OKP', crv: 'Ed25519', x: browserKey }, format: 'jwk' as const };
  if (!verify(null, Buffer.from(signedMessage(text)), key, Buffer.from(signature, 'base64'))) return [];
  const statement = readStatement(text);
  if (statement?.session !== sessionId || statement.says.type !== 'agent.handed-over') return [];
  return statement.says.signingKey === signingKey ? statement.says.allowed : [];
}
