import { RfbProtocolError } from './client-messages.ts';
import { PROTOCOL_VERSION, SECURITY_NONE, SECURITY_OK, SECURITY_TYPES } from './server-messages.ts';

type Stage = 'version' | 'security' | 'client-init' | 'done';

const STAGE_BYTES: Record<Stage, number> = { version: 12, security: 1, 'client-init': 1, done: 0 };

/** The server's half of the opening of RFB 3.8 (RFC 6143 7.1), up to the point where ServerInit is due. */
export class RfbHandshake {
  readonly #send: (message: Uint8Array) => void;
  #stage: Stage = 'version';
  #pending: Buffer = Buffer.alloc(0);

  constructor(send: (message: Uint8Array) => void) {
    this.#send = send;
    send(PROTOCOL_VERSION);
  }

  /**
   * Takes bytes in any pieces. Answers the bytes that came behind the handshake once it is done, before that
   * `undefined`. Throws `RfbProtocolError`.
   */
  read(chunk: Uint8Array): Buffer | undefined {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#stage !== 'done') {
      const length = STAGE_BYTES[this.#stage];
      if (this.#pending.length < length) return undefined;
      const part = this.#pending.subarray(0, length);
      this.#pending = this.#pending.subarray(length);
      this.#stage = this.#advance(this.#stage, part);
    }
    return this.#pending;
  }

  #advance(stage: Exclude<Stage, 'done'>, part: Buffer): Stage {
    switch (stage) {
      case 'version':
        if (!part.equals(PROTOCOL_VERSION)) {
          throw new RfbProtocolError(
            `the viewer speaks ${JSON.stringify(part.toString('latin1'))}, not RFB 3.8`,
          );
        }
        this.#send(SECURITY_TYPES);
        return 'security';
      case 'security':
        if (part[0] !== SECURITY_NONE) throw new RfbProtocolError(`security type ${part[0]} was not offered`);
        this.#send(SECURITY_OK);
        return 'client-init';
      case 'client-init':
        return 'done';
    }
  }
}
