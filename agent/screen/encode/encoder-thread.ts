import { Worker } from 'node:worker_threads';
import type { Framebuffer, Rect } from '../../platform/platform.ts';
import type { EncoderReply, EncoderRequest } from './encoder-messages.ts';
import type { EncodedUpdate, EncodeSettings, TakePiece } from './update-encoder.ts';

/** One viewer's encoder, on the encoder's thread. At most one `encode` or `refine` at a time. */
export interface ViewerEncoder {
  resize(framebuffer: Framebuffer): void;
  invalidate(rect: Rect): void;
  encode(rects: readonly Rect[], settings: EncodeSettings, takePiece: TakePiece): Promise<EncodedUpdate>;
  refine(settings: EncodeSettings, takePiece: TakePiece): Promise<EncodedUpdate>;
  close(): void;
}

interface Waiting {
  readonly takePiece: TakePiece;
  readonly resolve: (update: EncodedUpdate) => void;
  readonly reject: (error: Error) => void;
}

let spare: Worker | undefined;

/**
 * Starts the next encoder's thread ahead of time: loading its code takes longer than everything else up to the first
 * picture. The spare thread does not keep the process alive.
 */
export function warmUpEncoder(): void {
  if (spare) return;
  const worker = startWorker();
  worker.unref();
  worker.once('error', () => {
    if (spare === worker) spare = undefined;
  });
  spare = worker;
}

function takeWorker(): Worker {
  const worker = spare ?? startWorker();
  spare = undefined;
  worker.ref();
  return worker;
}

function startWorker(): Worker {
  return new Worker(new URL('./encoder-worker.mjs', import.meta.url));
}

/** The thread that compares and compresses for all viewers of one screen, so that the agent's main thread stays free. */
export class EncoderThread {
  readonly #worker = takeWorker();
  readonly #waiting = new Map<number, Waiting>();
  readonly #failed: (error: Error) => void;
  #nextViewer = 1;
  #ended: Error | undefined;

  /** `failed` is called once when the thread dies, which only a defect can bring about. */
  constructor(failed: (error: Error) => void) {
    this.#failed = failed;
    this.#worker.on('message', (reply: EncoderReply) => {
      const waiting = this.#waiting.get(reply.viewer);
      if ('piece' in reply) {
        waiting?.takePiece(reply.piece);
        return;
      }
      this.#waiting.delete(reply.viewer);
      waiting?.resolve(reply.update);
    });
    this.#worker.on('error', (error) => this.#end(error, true));
    this.#worker.on('exit', (code) => this.#end(new Error(`the encoder ended with code ${code}`), true));
  }

  openViewer(framebuffer: Framebuffer): ViewerEncoder {
    const viewer = this.#nextViewer++;
    this.#post({ kind: 'open', viewer, framebuffer });
    return {
      resize: (framebuffer) => this.#post({ kind: 'resize', viewer, framebuffer }),
      invalidate: (rect) => this.#post({ kind: 'invalidate', viewer, rect }),
      encode: (rects, settings, takePiece) =>
        this.#ask({ kind: 'encode', viewer, rects, settings }, takePiece),
      refine: (settings, takePiece) => this.#ask({ kind: 'refine', viewer, settings }, takePiece),
      close: () => this.#post({ kind: 'close', viewer }),
    };
  }

  async close(): Promise<void> {
    this.#end(new Error('the encoder was closed'), false);
    await this.#worker.terminate();
  }

  #ask(request: EncoderRequest, takePiece: TakePiece): Promise<EncodedUpdate> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.set(request.viewer, { takePiece, resolve, reject });
      this.#post(request);
    });
  }

  #post(request: EncoderRequest): void {
    if (!this.#ended) this.#worker.postMessage(request);
  }

  #end(error: Error, unexpected: boolean): void {
    if (this.#ended) return;
    this.#ended = error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    if (unexpected) this.#failed(error);
  }
}
