import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A picture as a browser sends it: 2.5 Mbit/s of VP8 at 30 frames a second, of which a forwarder reads only the first bytes. */
export const STREAM = { ssrc: 1000, payloadType: 101, clockRate: 90_000 } as const;
const FRAMES_A_SECOND = 30;
const FRAMES_A_KEY = 30;
const PACKETS_A_FRAME = 9;
const PAYLOAD_BYTES = 1157;
const RTP_HEADER_BYTES = 12;
/** Of the stream itself: what is added to it on the way is not counted. */
export const PACKET_BYTES = RTP_HEADER_BYTES + PAYLOAD_BYTES;
const MARKER = 0x80;

/** Sends that stream to this port until it is stopped. */
export async function sendStream(port: number): Promise<{ stop(): void }> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const payload = randomBytes(PAYLOAD_BYTES);
  const began = performance.now();
  let frame = 0;
  let sequence = 0;

  function sendFrame(): void {
    for (let index = 0; index < PACKETS_A_FRAME; index += 1) {
      const packet = Buffer.alloc(PACKET_BYTES);
      packet[0] = 0x80; // version 2 (RFC 3550)
      packet[1] = STREAM.payloadType | (index === PACKETS_A_FRAME - 1 ? MARKER : 0);
      packet.writeUInt16BE(sequence & 0xffff, 2);
      packet.writeUInt32BE((frame * (STREAM.clockRate / FRAMES_A_SECOND)) >>> 0, 4);
      packet.writeUInt32BE(STREAM.ssrc, 8);
      payload.copy(packet, RTP_HEADER_BYTES);
      // RFC 7741: the beginning of a partition, and whether the frame needs no other one.
      packet[RTP_HEADER_BYTES] = index === 0 ? 0x10 : 0;
      packet[RTP_HEADER_BYTES + 1] = frame % FRAMES_A_KEY === 0 ? 0 : 1;
      socket.send(packet);
      sequence += 1;
    }
    frame += 1;
  }

  // By the time that has passed, so that a late timer sends no less.
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * FRAMES_A_SECOND;
    while (frame < due) sendFrame();
  }, 5);
  return {
    stop() {
      clearInterval(timer);
      socket.close();
    },
  };
}

/** Counts what comes of the stream to a port of its own. */
export class Watcher {
  readonly #socket: Socket;
  packets = 0;

  static async open(): Promise<Watcher> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.setRecvBufferSize(4 * 1024 * 1024);
    return new Watcher(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (packet) => {
      if (!isRtcp(packet) && !isProbe(packet)) this.packets += 1;
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }

  close(): void {
    this.#socket.close();
  }
}

/** RFC 5761, 4. */
const isRtcp = (packet: Buffer): boolean => packet[1]! >= 192 && packet[1]! <= 223;

/** mediasoup's type for packets that only find out what the line takes. */
const PROBE_TYPE = 127;
const isProbe = (packet: Buffer): boolean => (packet[1]! & 0x7f) === PROBE_TYPE;
