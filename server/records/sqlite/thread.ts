import { parentPort, Worker } from 'node:worker_threads';

// biome-ignore lint/suspicious/noExplicitAny: any function with any arguments, each typed where it is declared
type Functions = Record<string, (...args: any[]) => unknown>;

interface Call {
  readonly call: number;
  readonly name: string;
  readonly args: readonly unknown[];
}
type Answer = { readonly call: number } & ({ readonly value: unknown } | { readonly error: ThreadError });
interface ThreadError {
  readonly message: string;
  readonly code?: string | undefined;
  readonly stack?: string | undefined;
}
/** What the thread tells by itself. */
interface Notice {
  readonly notice: unknown;
}
const READY = 0;

/** The thread is not there, or went away before it answered. */
export class ThreadGone extends Error {
  override readonly name = 'ThreadGone';

  constructor(
    message: string,
    /** It was asked, and may have done it. */
    readonly wasAsked = false,
  ) {
    super(message);
  }
}

/**
 * In a worker: answers calls with these functions, in the order in which they come. `functions` is asked for at the first
 * call; `afterwards` runs after each answer.
 */
export function serveThread(functions: () => object, afterwards: () => void = () => {}): void {
  const port = parentPort;
  if (port === null) throw new Error('not in a worker thread');
  let made: object | undefined;
  const served = () => {
    made ??= functions();
    return made;
  };
  const answer = (message: Answer) => port.postMessage(message);
  port.on('message', ({ call, name, args }: Call) => {
    try {
      const asked = (served() as Functions)[name];
      if (asked === undefined) throw new Error(`this thread does not know ${name}`);
      answer({ call, value: asked(...args) });
    } catch (error) {
      const { message, code, stack } = error as ThreadError;
      answer({ call, error: { message, code, stack } });
    }
    if (name === 'close') port.close();
    else afterwards();
  });
  answer({ call: READY, value: undefined });
}

/** In a worker, also before it serves: tells what nobody asked for. */
export function tellOutside<Told>(notice: Told): void {
  parentPort?.postMessage({ notice } satisfies Notice);
}

/** The other end: a worker whose functions are called like asynchronous ones. One that dies is started again. */
export class Thread<Api extends object> {
  #worker: Worker | undefined;
  #serving = false;
  #ready: Promise<void>;
  /** Of one that died: settles when the next one serves or could not start. */
  #back: Promise<void> = Promise.resolve();
  #closing = false;
  #calls = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #lastCall = READY;

  /** @param script a module that calls `serveThread`; `data` is its `workerData`. */
  constructor(
    private readonly script: URL,
    private data: object,
    private readonly options: {
      restartDelayMs: number;
      onDeath: (error: Error) => void;
      onNotice?: ((notice: never) => void) | undefined;
    },
  ) {
    this.#ready = this.#start();
  }

  /** What a worker that has to be started again is given besides. */
  startWith(change: object): void {
    this.data = { ...this.data, ...change };
  }

  /** Settles when the worker serves or could not start. */
  ready(): Promise<void> {
    return this.#ready;
  }

  /** Settles when the one that is started in the place of one that died serves, or could not start. */
  back(): Promise<void> {
    return this.#back;
  }

  get alive(): boolean {
    return this.#serving;
  }

  /** @throws ThreadGone, or an Error with the message and `code` of what was thrown in the worker. */
  call<Name extends keyof Api & string>(
    name: Name,
    ...args: Api[Name] extends (...args: infer Args) => unknown ? Args : never
  ): Promise<Api[Name] extends (...args: never[]) => infer Result ? Result : never> {
    return new Promise((resolve, reject) => {
      if (this.#worker === undefined || !this.#serving)
        return reject(new ThreadGone('the thread is not running'));
      this.#lastCall += 1;
      this.#calls.set(this.#lastCall, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage({ call: this.#lastCall, name, args } satisfies Call);
    });
  }

  /** Lets the worker answer what it was asked, close, and end. */
  async close(): Promise<void> {
    this.#closing = true;
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    await this.#ready;
    await (this as Thread<{ close(): void }>).call('close');
    await ended;
  }

  /** Ends the worker at once. */
  async kill(): Promise<void> {
    this.#closing = true;
    await this.#worker?.terminate();
  }

  #start(): Promise<void> {
    const worker = new Worker(this.script, { workerData: this.data });
    this.#worker = worker;
    const ready = new Promise<void>((resolve, reject) =>
      this.#calls.set(READY, { resolve: () => resolve(), reject }),
    );
    let cause: Error | undefined;
    worker.on('message', (message: Answer | Notice) => {
      if ('notice' in message) this.options.onNotice?.(message.notice as never);
      else this.#settle(message);
    });
    worker.on('error', (error: Error) => {
      cause = error;
    });
    worker.on('exit', (status) =>
      this.#ended(cause ?? new ThreadGone(`the thread ended with status ${status}`)),
    );
    return ready;
  }

  #settle(answer: Answer): void {
    if (answer.call === READY) this.#serving = true;
    const waiting = this.#calls.get(answer.call);
    this.#calls.delete(answer.call);
    if ('error' in answer) waiting?.reject(Object.assign(new Error(), answer.error));
    else waiting?.resolve(answer.value);
  }

  #ended(cause: Error): void {
    this.#worker = undefined;
    this.#serving = false;
    const starting = this.#calls.has(READY);
    for (const waiting of this.#calls.values())
      waiting.reject(starting ? cause : new ThreadGone(cause.message, true));
    this.#calls.clear();
    if (this.#closing) return;
    this.#back = new Promise((resolve) => {
      setTimeout(() => {
        if (this.#closing) return resolve();
        this.#ready = this.#start();
        resolve(this.#ready);
      }, this.options.restartDelayMs).unref();
    });
    // Its end, if it comes to that, starts the next one.
    this.#back.catch(() => {});
    this.options.onDeath(cause);
  }
}
