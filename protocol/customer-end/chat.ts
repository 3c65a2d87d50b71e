import { ChatMessage } from '../chat.ts';
import type { LocalState } from '../local-page.ts';
import type { Talk } from './kept-end.ts';
import type { LaneChannel } from './lane-channel.ts';

/** What both sides remember while the session lasts; nothing keeps it afterwards. */
const MAX_REMEMBERED = 500;
/** Of 4,000 characters of four bytes, with every one escaped. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_WAITING = 50;

export interface ChatEvents {
  /** There is something to send and no lane for it. */
  laneNeeded(): void;
  changed(): void;
  /** Who helps now, by name. */
  technician(): string;
}

/** Of an end that was not there from the beginning. */
interface ChatBefore {
  /** There was another end before this one: the technician tells what was said there. */
  readonly hasPast?: boolean;
  /** Before this end was loaded anew. */
  readonly kept?: Talk | undefined;
  readonly keep?: ((talk: Talk) => void) | undefined;
}

/** The customer's end of the chat lane. What is written while there is no lane waits for one. */
export class Chat {
  readonly #events: ChatEvents;
  readonly #hasPast: boolean;
  readonly #keep: (talk: Talk) => void;
  readonly #messages: LocalState['chat'] = [];
  readonly #waiting: ChatMessage[] = [];
  /** The newest that were given to the lane that is open now, or the last one: a dying network may have swallowed them, however long it took. */
  readonly #given: ChatMessage[] = [];
  /** Whose lane that was. */
  #givenTo: string | undefined;
  #lane: LaneChannel | undefined;

  constructor(events: ChatEvents, { hasPast = false, kept, keep = () => {} }: ChatBefore = {}) {
    this.#events = events;
    this.#hasPast = hasPast;
    this.#keep = keep;
    if (!kept) return;
    this.#messages.push(...kept.said);
    this.#waiting.push(...kept.waiting);
    this.#given.push(...kept.given);
    this.#givenTo = kept.givenTo;
  }

  messages(): LocalState['chat'] {
    return [...this.#messages];
  }

  /** @returns false when too much is waiting already. */
  say(text: string): boolean {
    if (this.#waiting.length >= MAX_WAITING) return false;
    const message = ChatMessage.parse({ id: crypto.randomUUID(), at: new Date().toISOString(), text });
    this.#waiting.push(message);
    this.#remember({ ...message, from: 'customer' });
    if (this.#lane) this.#flush(this.#lane);
    else this.#events.laneNeeded();
    return true;
  }

  /**
   * Something waits for a lane. What may have been swallowed goes with the next one and asks for none: while the technician looks
   * at something else nobody comes to it, and each one in vain would stand in this end's account.
   */
  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  attach(lane: LaneChannel): void {
    this.#lane = lane;
    // A lane is one technician's: what comes over it is theirs, whoever has the session by then.
    const name = this.#events.technician();
    lane.onClose(() => {
      if (this.#lane === lane) this.#lane = undefined;
    });
    lane.onMessage((message) => this.#receive(lane, message, name));
    this.#waiting.unshift(...this.#goesAgain());
    this.#given.length = 0;
    this.#givenTo = name;
    this.#flush(lane);
  }

  /** Somebody else helps from now on, who may bear the same name. */
  forgetGiven(): void {
    this.#given.length = 0;
    this.#keepTalk();
  }

  #flush(lane: LaneChannel): void {
    for (const message of this.#waiting.splice(0)) {
      lane.send(new TextEncoder().encode(JSON.stringify(message)));
      this.#given.push(message);
    }
    this.#given.splice(0, Math.max(0, this.#given.length - MAX_WAITING));
    this.#keepTalk();
  }

  /** The other end knows a message by its id: one that comes twice is shown once. It was written to that end and to nobody else. */
  #goesAgain(): readonly ChatMessage[] {
    return this.#givenTo === this.#events.technician() ? this.#given : [];
  }

  #keepTalk(): void {
    const [waiting, given] = [[...this.#waiting], [...this.#given]];
    this.#keep({ said: this.messages(), waiting, given, givenTo: this.#givenTo });
  }

  #receive(lane: LaneChannel, bytes: Uint8Array, name: string): void {
    const message = bytes.length <= MAX_MESSAGE_BYTES ? parseChat(bytes) : undefined;
    if (!message)
      lane.close(); // whoever sends that is not a console
    else this.#hear(message, name);
  }

  #hear({ by, ...message }: ChatMessage, name: string): void {
    // Nobody but an end of the customer's can say what they wrote here.
    if (by !== undefined && !this.#hasPast) return;
    if (this.#messages.some((known) => known.id === message.id)) return;
    this.#remember({ ...message, ...(by ? { from: by } : { from: 'technician', name }) });
  }

  #remember(message: LocalState['chat'][number]): void {
    this.#messages.push(message);
    if (this.#messages.length > MAX_REMEMBERED) this.#messages.shift();
    this.#keepTalk();
    this.#events.changed();
  }
}

function parseChat(bytes: Uint8Array): ChatMessage | undefined {
  try {
    return ChatMessage.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}
