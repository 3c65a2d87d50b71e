import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { HashAnswer, HashOrder } from './sha256-messages.ts';

/** What a dedicated worker's global scope has; the page's types have a window in its place. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<HashOrder>) => void;
  postMessage(answer: HashAnswer): void;
};

const running = new Map<number, ReturnType<typeof sha256.create>>();

scope.onmessage = ({ data: order }) => {
  const { id } = order;
  if (order.kind === 'close') {
    running.delete(id);
    return;
  }
  const hash = running.get(id) ?? sha256.create();
  if (order.kind === 'update') {
    running.set(id, hash.update(order.bytes));
    scope.postMessage({ kind: 'taken', id, bytes: order.bytes.length });
  } else {
    running.delete(id);
    scope.postMessage({ kind: 'digest', id, hex: bytesToHex(hash.digest()) });
  }
};
