import { ChatMessage } from '../../protocol/chat.ts';
import { ERRORS } from '../../protocol/errors.ts';
import { type LaneChannel, NETWORK_BROKE } from '../shared/lane-channel.ts';
import { type Store, WritableStore } from '../shared/store.ts';
import type { KeptChat } from './kept-chat.ts';

export interface ChatLine extends Omit<ChatMessage, 'by'> {
  from: 'technician' | 'customer';
  /** Written here and not given to a lane, or to one that broke: the other end knows a line by its id. */
  isWaiting?: boolean;
}

const MAX_LINES = 500;
/** 4,000 characters of four bytes, every one escaped, and the frame around them. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/** A lane that ends so may have swallowed what it took shortly before. */
const BREAKS: readonly number[] = [
  NETWORK_BROKE,
  ERRORS['lane.peer-gone'].close,
  ERRORS['server.stopping'].close,
];
const UNSURE_MS = 60_000;

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/**
 * The technician's end of the chat lane. Lines written while there is no lane wait for one; a reload of the page finds
 * the conversation again.
 */
export class Chat {
  readonly #lines = new WritableStore<readonly ChatLine[]>([]);
  readonly lines: Store<readonly ChatLine[]> = this.#lines;
  #lane: LaneChannel | undefined;
  /** Lines that the present lane took, with when. */
  readonly #given = new Map<string, number>();
  /** Lines that the customer's new end does not know. */
  readonly #untold = new Set<string>();
  readonly #kept: KeptChat | undefined;

  constructor(kept?: KeptChat) {
    this.#kept = kept;
    const since = Date.now() - UNSURE_MS;
    // What was given shortly before the page went may not have arrived.
    const lines = (kept?.read() ?? []).map((line) =>
      line.from === 'technician' && Date.parse(line.at) > since ? { ...line, isWaiting: true } : line,
    );
    this.#lines.set(lines);
    this.#lines.subscribe(() => kept?.write(this.#lines.get()));
  }

  /** The session is over: what was said stays on the page that shows it, and nowhere else. */
  forget(): void {
    this.#kept?.write([]);
  }

  /** The customer's end is another one, which was not there when these lines were written: its lane gets them. */
  retell(): void {
    for (const { id } of this.#lines.get()) this.#untold.add(id);
  }

  say(text: string): void {
    const line: ChatLine = {
      id: crypto.randomUUID(),
      at: new Date().toISOString(),
      text,
      from: 'technician',
      isWaiting: true,
    };
    this.#add(line);
    this.#flush();
  }

  serve(lane: LaneChannel): void {
    this.#lane = lane;
    lane.onOpen = () => this.#flush();
    lane.onMessage = (bytes) => this.#receive(bytes);
    lane.onClose = (code) => {
      if (this.#lane !== lane) return;
      this.#lane = undefined;
      if (BREAKS.includes(code)) this.#waitAgain();
      this.#given.clear();
    };
  }

  #flush(): void {
    const lane = this.#lane;
    if (!lane?.isOpen) return;
    const waiting = this.#lines.get().filter((line) => line.isWaiting || this.#untold.has(line.id));
    if (waiting.length === 0) return;
    for (const { id, at, text, from } of waiting) {
      const theirs = from === 'customer' ? { by: from } : {};
      lane.send(encoder.encode(JSON.stringify({ id, at, text, ...theirs })));
      this.#given.set(id, Date.now());
    }
    this.#untold.clear();
    this.#lines.set(this.#lines.get().map((line) => (line.isWaiting ? { ...line, isWaiting: false } : line)));
  }

  #waitAgain(): void {
    const since = Date.now() - UNSURE_MS;
    const isUnsure = ({ id }: ChatLine) => (this.#given.get(id) ?? 0) > since;
    this.#lines.set(this.#lines.get().map((line) => (isUnsure(line) ? { ...line, isWaiting: true } : line)));
  }

  #receive(bytes: Uint8Array): void {
    const message = bytes.length > MAX_MESSAGE_BYTES ? undefined : parse(bytes);
    // What is not a chat message is dropped: the customer's side is not ours to break off.
    if (!message || this.#lines.get().some(({ id }) => id === message.id)) return;
    const { by: _, ...line } = message;
    this.#add({ ...line, from: 'customer' });
  }

  #add(line: ChatLine): void {
    this.#lines.set([...this.#lines.get(), line].slice(-MAX_LINES));
  }
}

function parse(bytes: Uint8Array): ChatMessage | undefined {
  try {
    return ChatMessage.parse(JSON.parse(decoder.decode(bytes)));
  } catch {
    return undefined;
  }
}
