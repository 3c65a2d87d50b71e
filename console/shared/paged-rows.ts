import type { z } from 'zod';
import { type Api, asProblem, type Problem } from './api.ts';
import { type Store, WritableStore } from './store.ts';

/** Rows of a list that is read page by page. */
export interface LoadedPages<Row> {
  readonly rows: readonly Row[];
  /** How many match in all; absent where the server does not count. */
  readonly total: number | undefined;
  readonly hasMore: boolean;
  /** `more`: the rows stay while the next page comes. */
  readonly loading: 'first' | 'more' | undefined;
  readonly problem: Problem | undefined;
}

const NOTHING_YET: LoadedPages<never> = {
  rows: [],
  total: undefined,
  hasMore: false,
  loading: 'first',
  problem: undefined,
};

const PAGE_ROWS = 100;

interface Page<Row> {
  readonly items: Row[];
  readonly nextCursor?: string | undefined;
  readonly total?: number | undefined;
}

/** The rows of one question to a list of the broker's, page after page by cursor. A new question forgets the one before. */
export class PagedRows<Row> {
  readonly #api: Api;
  readonly #loaded = new WritableStore<LoadedPages<Row>>(NOTHING_YET);
  readonly loaded: Store<LoadedPages<Row>> = this.#loaded;
  #question = new URLSearchParams();
  #cursor: string | undefined;
  #asking: AbortController | undefined;

  /** @param path of the list under `/api/v1`; @param schema of one of its pages. */
  constructor(
    api: Api,
    private readonly path: string,
    private readonly schema: z.ZodType<Page<Row>>,
  ) {
    this.#api = api;
  }

  /** Asks anew. What is there stays visible until the answer comes, so that the list does not blink while one types. */
  async ask(question: URLSearchParams): Promise<void> {
    this.#question = question;
    this.#cursor = undefined;
    this.#loaded.set({ ...this.#loaded.get(), loading: 'first', problem: undefined });
    await this.#load('first');
  }

  /** The next page; nothing happens when there is none or it is on its way. */
  async more(): Promise<void> {
    const { hasMore, loading } = this.#loaded.get();
    if (!hasMore || loading !== undefined) return;
    this.#loaded.set({ ...this.#loaded.get(), loading: 'more', problem: undefined });
    await this.#load('more');
  }

  /** Once more what failed. */
  async again(): Promise<void> {
    const { rows, hasMore } = this.#loaded.get();
    if (rows.length > 0 && hasMore && this.#cursor !== undefined) await this.more();
    else await this.ask(this.#question);
  }

  close(): void {
    this.#asking?.abort();
  }

  async #load(which: 'first' | 'more'): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const question = new URLSearchParams(this.#question);
    question.set('limit', String(PAGE_ROWS));
    if (which === 'more' && this.#cursor !== undefined) question.set('cursor', this.#cursor);
    try {
      const page = await this.#api.get(`${this.path}?${question}`, this.schema, asking.signal);
      if (asking.signal.aborted) return;
      const before: LoadedPages<Row> = which === 'more' ? this.#loaded.get() : NOTHING_YET;
      this.#cursor = page.nextCursor;
      this.#loaded.set({
        rows: [...before.rows, ...page.items],
        total: page.total ?? before.total,
        hasMore: page.nextCursor !== undefined,
        loading: undefined,
        problem: undefined,
      });
    } catch (thrown) {
      if (asking.signal.aborted) return;
      const rows = which === 'more' ? this.#loaded.get() : { ...NOTHING_YET };
      this.#loaded.set({ ...rows, loading: undefined, problem: asProblem(thrown) });
    }
  }
}
