import type { Socket } from 'node:net';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import type { Clock } from '../clock.ts';
import type { End, Going } from './end.ts';
import { closeFrame, controlFrame, FrameError, OPCODE } from './frame.ts';
import { FrameSplice } from './frame-splice.ts';

/** Above this much waiting to leave towards one end, the other one is not read any more. */
export const HIGH_WATER_BYTES = 256 * 1024;
/** A quiet end is asked for a sign of life after this long ... */
const PING_AFTER_MS = 10_000;
/** ... and gone after this long. */
const GONE_AFTER_MS = 20_000;
/** An end that does not read at all, so that a ping cannot reach it. */
const STALLED_AFTER_MS = 60_000;
/** How long a closed end has to take the close frame and hang up. */
const LINGER_MS = 2_000;

/** One side's socket of a lane, after its handshake. It reads nothing until `relayTo`. */
export class LaneEnd implements End {
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #gone: (going: Going) => void;
  #splice: FrameSplice | undefined;
  #heardAt: number;
  #pingedAt = 0;
  #flushed = 0;
  #flushedAt: number;
  #over = false;

  /** `head`: what the client sent right behind its handshake. `gone` is called once, not after `close`. */
  constructor(socket: Socket, head: Buffer, clock: Clock, gone: (going: Going) => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#gone = gone;
    this.#heardAt = this.#flushedAt = clock.now();
    socket.pause();
    if (head.length > 0) socket.unshift(head);
    socket.setTimeout(0);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, PING_AFTER_MS);
    socket.on('error', () => this.#lost());
    socket.on('close', () => this.#lost());
    socket.on('end', () => this.#lost());
  }

  /** Payload bytes taken from this side. */
  get bytes(): number {
    return this.#splice?.payloadBytes ?? 0;
  }

  /** From now on what this side sends goes to `other`, as fast as that one takes it. */
  relayTo(other: LaneEnd): void {
    const socket = this.#socket;
    const target = other.#socket;
    const splice = new FrameSplice({
      pass: (header, bytes) => {
        if (header) target.write(header);
        target.write(bytes);
      },
      control: (opcode, payload) => this.#control(opcode, payload),
    });
    this.#splice = splice;
    target.on('drain', () => {
      if (!this.#over) socket.resume();
    });
    socket.on('data', (chunk) => {
      if (this.#over) return;
      this.#heardAt = this.#clock.now();
      // All that a chunk gives leaves in one system call.
      target.cork();
      try {
        splice.push(chunk);
      } catch (error) {
        if (!(error instanceof FrameError)) throw error;
        this.close(error.code);
        this.#gone('protocol');
      } finally {
        target.uncork();
      }
      if (target.writableLength > HIGH_WATER_BYTES) socket.pause();
    });
    socket.resume();
  }

  /** Called every few seconds: asks for a sign of life, and gives up an end that shows none. */
  beat(): void {
    if (this.#over) return;
    const now = this.#clock.now();
    const socket = this.#socket;
    const flushed = socket.bytesWritten - socket.writableLength;
    if (flushed !== this.#flushed) {
      this.#flushed = flushed;
      this.#flushedAt = now;
    }
    // What we do not read, because the other end is slow, tells nothing about this one.
    if (!this.#splice || socket.isPaused()) this.#heardAt = now;
    const quietMs = now - this.#heardAt;
    const stalled = socket.writableLength > 0;
    if (
      stalled ? now - Math.max(this.#flushedAt, this.#heardAt) >= STALLED_AFTER_MS : quietMs >= GONE_AFTER_MS
    ) {
      this.#lost();
    } else if (!stalled && quietMs >= PING_AFTER_MS && now - this.#pingedAt >= PING_AFTER_MS) {
      this.#pingedAt = now;
      socket.write(controlFrame(OPCODE.ping, Buffer.alloc(0)));
    }
  }

  /**
   * Takes nothing more from this side and tells it why. What waits to leave towards it is still sent where the lane
   * ended in good order; otherwise nothing may pass any more, and an end that is behind is cut off without a word.
   */
  close(code: ErrorCode): void {
    if (this.#over) return;
    this.#over = true;
    if (code !== 'lane.finished' && this.#socket.writableLength > 0) this.#socket.destroy();
    else this.#hangUp(closeFrame(code));
  }

  #control(opcode: number, payload: Buffer): void {
    if (this.#over) return;
    if (opcode === OPCODE.ping) {
      // A client that asks faster than it reads gets no answer.
      if (this.#socket.writableLength <= HIGH_WATER_BYTES) {
        this.#socket.write(controlFrame(OPCODE.pong, payload));
      }
    } else if (opcode === OPCODE.close) {
      this.#over = true;
      this.#hangUp(controlFrame(OPCODE.close, payload.subarray(0, 2)));
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#gone(goingBy(code));
    }
  }

  /** Reads on without looking until the client hangs up: unread bytes would turn our close into a reset. */
  #hangUp(lastFrame: Buffer): void {
    const socket = this.#socket;
    socket.end(lastFrame);
    socket.resume();
    const cancel = this.#clock.after(LINGER_MS, () => socket.destroy());
    socket.once('end', () => socket.destroy());
    socket.once('close', cancel);
  }

  #lost(): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.destroy();
    this.#gone('connection-lost');
  }
}

/** @param code of the client's close frame; 1005 stands for none (RFC 6455 7.4.1). */
function goingBy(code: number): Going {
  if (code === ERRORS['lane.finished'].close || code === 1005) return 'done';
  return code === ERRORS['consent.withdrawn'].close ? 'withdrawn' : 'connection-lost';
}
