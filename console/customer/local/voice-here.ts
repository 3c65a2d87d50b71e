import { NoAnswer } from '../../../protocol/customer-end/broker-answer.ts';
import { SignalledMedia } from '../../../protocol/customer-end/media-signal.ts';
import type { LanePass } from '../../../protocol/lane.ts';
import type { CustomerYes } from '../../../protocol/local-page.ts';
import { type FromVoicePage, LET_GO, ToVoicePage } from '../../../protocol/local-voice.ts';
import type { MediaMessage } from '../../../protocol/media.ts';
import { PageMediaLane } from '../../shared/media/page-media-lane.ts';
import { VoiceEnd } from '../../shared/voice/voice-end.ts';
import type { Socket } from './helper-link.ts';
import { parsed } from './parsed.ts';

const COUNT_EVERY_MS = 1_000;

/** Who waits for the broker's answer. */
interface Asking {
  answered(answer: unknown): void;
  denied(reason: Error): void;
}

/**
 * The voice in this page of the program's: from the press that gave it the microphone until the page or the program lets go.
 * Sound goes from here to the media worker; what has to be said about it goes through the program.
 */
export class VoiceHere {
  readonly end = new VoiceEnd();
  /** For `LocalState.talksOn`; another one for each time that this page was loaded. */
  readonly pageId = crypto.randomUUID();
  readonly #connect: () => Socket;
  readonly #signal = new SignalledMedia((message) => this.#ask(message));
  readonly #askings = new Map<number, Asking>();
  #asked = 0;
  #socket: Socket | undefined;
  #lane: PageMediaLane | undefined;
  #laneId: string | undefined;

  /** `connect` opens `/<secret>/voice` of the agent. */
  constructor(connect: () => Socket) {
    this.#connect = connect;
  }

  /** From the moment that the program was told of it, or is about to be. */
  get isCarrying(): boolean {
    return this.#socket !== undefined;
  }

  /** In answer to a press: the microphone first, and then the yes, which the program takes together with this page. @throws MicrophoneMissing */
  async carry(yes: CustomerYes): Promise<void> {
    await this.end.takeMicrophone();
    // Stopped, or pressed twice, while the browser asked.
    if (!this.end.hasMicrophone || this.#socket) return;
    const socket = this.#connect();
    this.#socket = socket;
    socket.onopen = () => this.#say({ type: 'voice.carry', pageId: this.pageId, yes });
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.#socket === socket) this.#hear(data);
    };
    socket.onclose = () => {
      if (this.#socket === socket) this.release();
    };
    // Without a listener the browser prints it only; `onclose` follows.
    socket.onerror = () => {};
  }

  /** Nobody hears who sits here any more, in this turn. */
  release(): void {
    const [lane, socket] = [this.#lane, this.#socket];
    this.#forgetLane();
    lane?.close('consent.withdrawn');
    this.end.release();
    this.#socket = undefined;
    socket?.close(LET_GO);
    for (const { denied } of this.#askings.values()) denied(new Error('the voice is let go'));
    this.#askings.clear();
  }

  #hear(data: unknown): void {
    const message = ToVoicePage.safeParse(parsed(data)).data;
    switch (message?.type) {
      case 'lane.offered':
        void this.#open(message.pass);
        break;
      case 'media.told':
        this.#signal.heard(message.news);
        break;
      case 'media.answered':
        this.#settle(message.asking)?.answered(message.answer);
        break;
      case 'media.denied': {
        const { asking, message: said, isSilence } = message;
        this.#settle(asking)?.denied(isSilence ? new NoAnswer(said) : new Error(said));
        break;
      }
    }
  }

  async #open(pass: LanePass): Promise<void> {
    const { laneId } = pass;
    this.#lane?.close();
    this.#laneId = laneId;
    try {
      const lane = await PageMediaLane.open(pass, this.#signal);
      if (this.#laneId !== laneId) {
        lane.close(); // let go of, or another one came, while it was being opened
        return;
      }
      this.#serve(lane, laneId);
    } catch {
      this.#say({ type: 'lane.failed', laneId });
    }
  }

  #serve(lane: PageMediaLane, laneId: string): void {
    this.#lane = lane;
    const counting = setInterval(() => {
      const { sentBytes: sent, receivedBytes: received } = lane;
      this.#say({ type: 'lane.counted', laneId, sent, received });
    }, COUNT_EVERY_MS);
    this.end.serve(lane);
    this.#say({ type: 'lane.joined', laneId });
    lane.onClose(() => {
      clearInterval(counting);
      this.end.leave(lane);
      if (this.#lane === lane) this.#forgetLane();
    });
  }

  #forgetLane(): void {
    this.#lane = undefined;
    this.#laneId = undefined;
  }

  #ask(message: MediaMessage): Promise<unknown> {
    this.#asked += 1;
    const asking = this.#asked;
    return new Promise((answered, denied) => {
      this.#askings.set(asking, { answered, denied });
      this.#say({ type: 'media.ask', asking, message });
    });
  }

  #settle(asking: number): Asking | undefined {
    const waiting = this.#askings.get(asking);
    this.#askings.delete(asking);
    return waiting;
  }

  /** What is said to a connection that closed is lost, as all that waits for it is. */
  #say(message: FromVoicePage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
