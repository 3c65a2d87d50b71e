import type { LocalState } from '../local-page.ts';
import { pause } from './pause.ts';

const TIMEOUT_MS = 5_000;
/** The broker may still be writing the end when it is asked first. */
const PAUSES_MS = [0, 300, 1_000, 2_000];

/** Whose receipt: what the agent joined with. */
export interface ReceiptOf {
  /** Of the broker's API, by its path. */
  readonly api: (path: string) => URL;
  readonly sessionId: string;
  readonly agentToken: string;
}

/** The receipt of a session that is over, as the broker writes it; `undefined` when it gives none. */
export async function fetchReceipt({ api, sessionId, agentToken }: ReceiptOf): Promise<string | undefined> {
  for (const pauseMs of PAUSES_MS) {
    await pause(pauseMs);
    const answer = await fetch(api(`/api/v1/receipt?session=${sessionId}`), {
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

/** The customer's receipt, from the end of the session until this end goes. */
export class KeptReceipt {
  #standing: LocalState['receipt'];
  #text: string | undefined;

  constructor(
    private readonly of: ReceiptOf,
    private readonly changed: () => void,
  ) {}

  /** Absent while the session goes on. */
  get standing(): LocalState['receipt'] {
    return this.#standing;
  }

  get text(): string | undefined {
    return this.#text;
  }

  /** Never throws: without a receipt the customer is told so. */
  async fetch(): Promise<void> {
    this.#standing = 'on-its-way';
    this.changed();
    this.#text = await fetchReceipt(this.of);
    this.#standing = this.#text === undefined ? 'none' : 'here';
    this.changed();
  }
}
