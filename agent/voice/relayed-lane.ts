import { NoAnswer } from '../../protocol/customer-end/broker-answer.ts';
import type { CountedLane, LaneEnding } from '../../protocol/customer-end/lane-channel.ts';
import type { MediaSignal } from '../../protocol/customer-end/media-signal.ts';
import type { LanePass } from '../../protocol/lane.ts';
import type { FromVoicePage, ToVoicePage } from '../../protocol/local-voice.ts';
import type { MediaMessage } from '../../protocol/media.ts';

/**
 * This end of a media lane whose transports are in a page: what the page and the broker say to each other about it passes
 * here, and nothing about any other lane. Closed from here both hear it, whether the page answers or not.
 */
export class RelayedLane implements CountedLane {
  readonly bufferedBytes = 0;
  sentBytes = 0;
  receivedBytes = 0;
  /** Resolves when the page's end is there; rejects when the lane is over before that. */
  readonly joined: Promise<RelayedLane>;
  readonly #pass: LanePass;
  readonly #signal: MediaSignal;
  readonly #tell: (message: ToVoicePage) => void;
  readonly #stopListening: () => void;
  readonly #closeHandlers: (() => void)[] = [];
  #settle!: { join(lane: RelayedLane): void; fail(reason: Error): void };
  #isOver = false;

  constructor(pass: LanePass, signal: MediaSignal, tell: (message: ToVoicePage) => void) {
    this.#pass = pass;
    this.#signal = signal;
    this.#tell = tell;
    this.joined = new Promise((join, fail) => {
      this.#settle = { join, fail };
    });
    // Before the page knows its lane: what is said early is for it, too.
    this.#stopListening = signal.onNews((news) => {
      if (news.laneId !== pass.laneId) return;
      tell({ type: 'media.told', news });
      if (news.type === 'media.closed') this.#finish();
    });
    tell({ type: 'lane.offered', pass });
  }

  /** What its page says. */
  heard(message: FromVoicePage): void {
    if (message.type === 'media.ask') void this.#ask(message.asking, message.message);
    if (!('laneId' in message) || message.laneId !== this.#pass.laneId) return;
    if (message.type === 'lane.joined') this.#settle.join(this);
    else if (message.type === 'lane.failed') this.#finish();
    else {
      this.sentBytes = message.sent;
      this.receivedBytes = message.received;
    }
  }

  send(): void {}

  onMessage(): void {}

  onDrain(): void {}

  onClose(handler: () => void): void {
    if (this.#isOver) handler();
    else this.#closeHandlers.push(handler);
  }

  close(ending: LaneEnding = 'lane.finished'): void {
    if (this.#isOver) return;
    const { laneId, tool } = this.#pass;
    const because = ending === 'consent.withdrawn' ? 'withdrawn' : 'done';
    this.#signal.ask({ type: 'media.leave', laneId, because }).catch(() => {}); // the broker is away: it closes its lanes itself
    this.#tell({ type: 'media.told', news: { type: 'media.closed', laneId, tool, code: ending } });
    this.#finish();
  }

  async #ask(asking: number, message: MediaMessage): Promise<void> {
    try {
      if (this.#isOver || !this.#isOfThis(message)) throw new Error('This is not of the lane of this page.');
      const answering = this.#signal.ask(message);
      if (message.type === 'media.leave') this.#finish();
      this.#tell({ type: 'media.answered', asking, answer: await answering });
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      this.#tell({ type: 'media.denied', asking, message: said, isSilence: error instanceof NoAnswer });
    }
  }

  #isOfThis(message: MediaMessage): boolean {
    const { ticket, laneId } = this.#pass;
    return message.type === 'media.join' ? message.ticket === ticket : message.laneId === laneId;
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopListening();
    this.#settle.fail(new Error('the lane is over'));
    for (const handler of this.#closeHandlers) handler();
  }
}
