/**
 * A page with nothing but the technician's file exchange on it, for a browser test: it is built by Vite, speaks to the
 * test through `window.exchange`, and its lanes lead to the test's own WebSocket server.
 */
import { FileExchange, type FileMessage } from '../../console/shared/file-transfer/file-exchange.ts';
import { SocketLane } from '../../console/shared/lane-channel.ts';
import type { FileState, FileTool } from '../../protocol/file-messages.ts';

declare global {
  interface Window {
    /** Given by the test. */
    toldByPage(message: FileMessage): Promise<void>;
    exchange: {
      connect(tool: FileTool): void;
      follow(files: FileState[]): void;
      offer(name: string, bytes: number): Promise<string>;
      ask(path: string): Promise<string>;
      accept(state: FileState): Promise<void>;
      cancel(fileId: string): Promise<void>;
      close(): void;
      progress(): unknown[];
    };
  }
}

const exchange = new FileExchange({ tell: (message) => window.toldByPage(message), laneNeeded: () => {} });

window.exchange = {
  connect(tool) {
    const laneId = crypto.randomUUID();
    exchange.serve(new SocketLane({ tool, laneId, ticket: tool }));
  },
  follow: (files) => exchange.follow(files),
  /** A file whose bytes repeat 0 to 250, so that the test can tell them without having them. */
  offer(name, bytes) {
    const period = Uint8Array.from({ length: 251 }, (_, index) => index);
    const block = new Uint8Array(251 * 4096);
    for (let i = 0; i < block.length; i += 251) block.set(period, i);
    const blocks = Array.from({ length: Math.ceil(bytes / block.length) }, () => block);
    const content = new Blob(blocks).slice(0, bytes);
    return exchange.offer(new File([content], name));
  },
  ask: (path) => exchange.ask(path),
  accept: (state) => exchange.accept(state),
  cancel: (fileId) => exchange.cancel(fileId),
  close: () => exchange.close(),
  progress: () => [...exchange.progress.get().values()],
};
