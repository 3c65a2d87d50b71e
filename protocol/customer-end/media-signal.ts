import type { MediaMessage, MediaNews } from '../media.ts';

/** How an end of a media lane speaks with the broker, whichever side it is of. */
export interface MediaSignal {
  /** Answered as signalling answers; a refusal is thrown. */
  ask(message: MediaMessage): Promise<unknown>;
  /** The answer stops it. */
  onNews(listener: (news: MediaNews) => void): () => void;
}

/** Over a signalling connection that hands on what it hears. */
export class SignalledMedia implements MediaSignal {
  readonly ask: MediaSignal['ask'];
  readonly #listeners = new Set<(news: MediaNews) => void>();

  constructor(ask: MediaSignal['ask']) {
    this.ask = ask;
  }

  heard(news: MediaNews): void {
    for (const listener of [...this.#listeners]) listener(news);
  }

  onNews(listener: (news: MediaNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
