import { setTimeout as pause } from 'node:timers/promises';
import type { ServerAddress } from './server-address.ts';

const TIMEOUT_MS = 5_000;
/** The broker may still be writing the end when it is asked first. */
const PAUSES_MS = [0, 300, 1_000, 2_000];

/** Whose receipt: what the agent joined with. */
export interface ReceiptOf {
  readonly server: ServerAddress;
  readonly sessionId: string;
  readonly agentToken: string;
}

/** The receipt of a session that is over, as the broker writes it; `undefined` when it gives none. */
export async function fetchReceipt({
  server,
  sessionId,
  agentToken,
}: ReceiptOf): Promise<string | undefined> {
  for (const pauseMs of PAUSES_MS) {
    await pause(pauseMs);
    const answer = await fetch(server.api(`/api/v1/receipt?session=${sessionId}`), {
      headers: { authorization: `Bearer ${agentToken}`, accept: 'application/json' },
      // A redirect could lead the token to somebody else.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => undefined);
    if (answer === undefined) continue;
    const text = await answer.text().catch(() => undefined);
    if (answer.ok && text !== undefined) return text;
    if (answer.status === 404) return undefined;
  }
  return undefined;
}
