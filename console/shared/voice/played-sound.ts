/** What the other side says, played in this page. */
export class PlayedSound {
  readonly #blocked: (isBlocked: boolean) => void;
  #element: HTMLAudioElement | undefined;

  /** `blocked`: the browser plays nothing before a press, or does again. */
  constructor(blocked: (isBlocked: boolean) => void) {
    this.#blocked = blocked;
  }

  /** Plays this one from now on, or nothing. */
  follow(track: MediaStreamTrack | undefined): void {
    this.#element?.remove();
    if (this.#element) this.#element.srcObject = null;
    this.#element = undefined;
    if (!track) return;
    this.#element = document.createElement('audio');
    this.#element.srcObject = new MediaStream([track]);
    // In the document, so that the browser's own marks of a tab that plays belong to it.
    document.body.append(this.#element);
    this.play();
  }

  play(): void {
    const element = this.#element;
    element?.play().then(
      () => this.#blocked(false),
      (error: unknown) => {
        // Anything else is a track that ended while it began to play.
        if (element === this.#element && error instanceof DOMException && error.name === 'NotAllowedError')
          this.#blocked(true);
      },
    );
  }
}
