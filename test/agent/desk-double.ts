import type { Readable } from 'node:stream';
import type { CustomerDesk, CustomerFile } from '../../agent/consent/customer-desk.ts';
import type { CarriedVoice, VoicePage } from '../../agent/voice/page-voice.ts';
import type { AnswerMode } from '../../protocol/consent.ts';
import { NotTheCustomer } from '../../protocol/customer-end/customers-hand.ts';
import type { CustomerYes, LocalCommand, LocalState } from '../../protocol/local-page.ts';
import type { FromVoicePage } from '../../protocol/local-voice.ts';
import { TOOLS } from '../../protocol/tool.ts';

/** A desk that shows what a test puts on it, and keeps what a customer does. */
export class DeskDouble implements CustomerDesk {
  readonly commands: (LocalCommand & { mode: AnswerMode })[] = [];
  readonly files: { name: string; size: number; bytes: Buffer }[] = [];
  shown: LocalState | undefined;
  receipt: { text: string | undefined } = { text: undefined };
  /** Whether a command, or a yes, counts. */
  takes = true;
  /** What `sendFile` rejects with, once the content is read. */
  refusal: string | undefined;
  readonly #listeners = new Set<() => void>();

  state(): LocalState | undefined {
    return this.shown;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  command(command: LocalCommand, mode: AnswerMode): boolean {
    this.commands.push({ ...command, mode });
    return this.takes;
  }

  /** What the page that carries the voice said, and how it left. */
  readonly said: (FromVoicePage | { left: boolean })[] = [];
  voicePage: VoicePage | undefined;

  carryVoice(page: VoicePage, yes: CustomerYes): CarriedVoice | undefined {
    this.commands.push({ ...yes, mode: 'person' });
    if (!this.takes) return undefined;
    this.voicePage = page;
    return {
      heard: (message) => this.said.push(message),
      left: (onPurpose) => this.said.push({ left: onPurpose }),
    };
  }

  yesCounts(): boolean {
    return this.takes;
  }

  async sendFile({ name, size, content }: CustomerFile): Promise<void> {
    const bytes = await readAll(content);
    this.files.push({ name, size, bytes });
    if (!this.takes) throw new NotTheCustomer('Somebody else was using the mouse.');
    if (this.refusal) throw new Error(this.refusal);
  }

  show(change: Partial<LocalState> & { session?: LocalState['session'] }): void {
    this.shown = { ...(this.shown ?? firstLocalState()), ...change };
    for (const listener of this.#listeners) listener();
  }

  get listeners(): number {
    return this.#listeners.size;
  }
}

export function firstLocalState(): LocalState {
  const now = new Date().toISOString();
  const tools = Object.fromEntries(TOOLS.map((tool) => [tool, { standing: 'off', since: now }]));
  return {
    agent: 'native',
    link: 'online',
    session: {
      sessionId: '0190b2a4-7c31-7000-8000-000000000001',
      revision: 1,
      status: 'joined',
      createdAt: now,
      admitted: true,
      tools: tools as LocalState['session']['tools'],
      pending: [],
      files: [],
      watchers: [],
      presence: { technician: 'here', customer: 'here' },
      card: {
        organisation: 'Example Support Ltd',
        technician: { name: 'Tess Technician', team: 'Printing' },
        reason: 'printing fails',
        reference: 'T-1042',
        tools: ['view', 'control'],
        consentText: 'You can stop at any time.\nWhat is kept: who helped, when and how long.',
        consentTextVersion: '1',
      },
    },
    inUse: [],
    used: [],
    watchedBy: [],
    transfers: [],
    chat: [],
    asked: [],
    receivedFolder: '/home/ada/Downloads/Countersign',
    acceptAll: { 'file-upload': false, 'file-download': false },
  };
}

async function readAll(content: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
