/** About 40 ms at the rate of most sound cards. */
const SAMPLES = 2048;
/** What is softer than this is silence, dBFS; speech at an arm's length is 30 dB above it. */
const SILENCE_DB = -60;
const LOUD_DB = -10;

/** How loud a track is. Nothing of it is kept, and nothing of it leaves the page. */
export class LevelMeter {
  readonly #samples = new Float32Array(SAMPLES);
  #context: AudioContext | undefined;
  #source: MediaStreamAudioSourceNode | undefined;
  #analyser: AnalyserNode | undefined;

  /** Measures this one from now on; without one it is silent. */
  follow(track: MediaStreamTrack | undefined): void {
    this.#source?.disconnect();
    this.#source = undefined;
    if (!track) return;
    this.#context ??= new AudioContext();
    if (!this.#analyser) {
      this.#analyser = this.#context.createAnalyser();
      this.#analyser.fftSize = SAMPLES;
    }
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#analyser);
  }

  /** After a press: a browser that plays nothing without one measures nothing either. */
  wake(): void {
    if (this.#context?.state === 'suspended') void this.#context.resume();
  }

  /** The loudness of this moment, from 0 to 1, as ears have it. */
  read(): number {
    if (!this.#source || !this.#analyser) return 0;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0) / SAMPLES;
    const decibels = 10 * Math.log10(power || Number.MIN_VALUE);
    return Math.min(1, Math.max(0, (decibels - SILENCE_DB) / (LOUD_DB - SILENCE_DB)));
  }

  close(): void {
    this.follow(undefined);
    void this.#context?.close();
    this.#context = undefined;
    this.#analyser = undefined;
  }
}
