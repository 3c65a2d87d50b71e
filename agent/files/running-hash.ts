import { createHash } from 'node:crypto';
import type { RunningHash } from '../../protocol/file-sender.ts';

/** SHA-256 by OpenSSL: faster than any disk or network here, so it runs where the bytes are. */
export class NodeSha256 implements RunningHash {
  readonly #hash = createHash('sha256');

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  close(): void {}
}
