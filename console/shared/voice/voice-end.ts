import type { NoMicrophone } from '../../../protocol/voice.ts';
import { type Store, WritableStore } from '../store.ts';
import { LevelMeter } from './level-meter.ts';
import { type KnownMicrophone, MicrophoneMissing, microphones, openMicrophone } from './microphone.ts';
import { PlayedSound } from './played-sound.ts';

/** A lane of the voice, whichever side's end it is. */
export interface VoiceLane {
  readonly track: Store<MediaStreamTrack | undefined>;
  readonly isMuted: Store<boolean>;
  sendTrack(track: MediaStreamTrack): void;
  mute(muted: boolean): void;
}

export interface VoiceView {
  /** There is a lane: the other side is heard. */
  readonly isOpen: boolean;
  /** By whoever sits here. */
  readonly isMuted: boolean;
  /** `off`: it was not asked for, or is let go. */
  readonly microphone: 'off' | 'asking' | 'on' | NoMicrophone;
  readonly isOtherMuted: boolean;
  /** The browser plays nothing before a press. */
  readonly isBlocked: boolean;
  readonly microphones: readonly KnownMicrophone[];
  /** Which of them is used. */
  readonly chosen: string | undefined;
}

const SILENT: VoiceView = {
  isOpen: false,
  isMuted: false,
  microphone: 'off',
  isOtherMuted: false,
  isBlocked: false,
  microphones: [],
  chosen: undefined,
};

/** One person's end of a conversation: their microphone, and what they hear. Both sides' pages have the same. */
export class VoiceEnd {
  readonly #view = new WritableStore<VoiceView>(SILENT);
  readonly view: Store<VoiceView> = this.#view;
  /** How loud the person here is, and the other one. */
  readonly mine = new LevelMeter();
  readonly theirs = new LevelMeter();
  readonly #sound = new PlayedSound((isBlocked) => this.#show({ isBlocked }));
  #track: MediaStreamTrack | undefined;
  #lane: VoiceLane | undefined;
  #stops: (() => void)[] = [];
  /** A microphone that was asked for before this changed is not wanted any more. */
  #wish = 0;

  get hasMicrophone(): boolean {
    return this.#track !== undefined;
  }

  /** Speaks and listens over `lane`, which is open. */
  serve(lane: VoiceLane): void {
    this.#letGoOfLane();
    this.#lane = lane;
    this.#stops = [
      lane.track.subscribe(() => this.#hear(lane.track.get())),
      lane.isMuted.subscribe(() => this.#show({ isOtherMuted: lane.isMuted.get() })),
    ];
    this.#hear(lane.track.get());
    this.#show({ isOpen: true, isOtherMuted: lane.isMuted.get() });
    this.#speak();
  }

  /** The lane closed; the microphone waits for another one. */
  leave(lane: VoiceLane): void {
    if (this.#lane !== lane) return;
    this.#letGoOfLane();
    this.#show({ isOpen: false, isOtherMuted: false, isBlocked: false });
  }

  /** Takes a microphone, or another one; the browser may ask for it. @throws MicrophoneMissing */
  async takeMicrophone(deviceId?: string): Promise<void> {
    const wish = ++this.#wish;
    if (!this.#track) this.#show({ microphone: 'asking' });
    let track: MediaStreamTrack;
    try {
      track = await openMicrophone(deviceId);
    } catch (error) {
      const reason = error instanceof MicrophoneMissing ? error.reason : 'not-possible';
      if (wish === this.#wish && !this.#track) this.#show({ microphone: reason });
      throw error;
    }
    // Let go of, or another one asked for, while the browser asked.
    if (wish !== this.#wish) track.stop();
    else this.#use(track);
  }

  /** The same for a button, which shows what came of it. */
  readonly pressMicrophone = (deviceId?: string): void => {
    this.wake();
    this.takeMicrophone(deviceId).catch(() => {});
  };

  mute(isMuted: boolean): void {
    this.#show({ isMuted });
    this.#speak();
  }

  /** After a press: what the browser held back is heard. */
  readonly wake = (): void => {
    this.mine.wake();
    this.theirs.wake();
    this.#sound.play();
  };

  /** Nobody hears who sits here any more, in this turn, and the browser shows no microphone. */
  release(): void {
    this.#wish += 1;
    navigator.mediaDevices?.removeEventListener('devicechange', this.#listMicrophones);
    this.#dropTrack();
    this.#letGoOfLane();
    this.mine.close();
    this.theirs.close();
    this.#view.set(SILENT);
  }

  #use(track: MediaStreamTrack): void {
    this.#dropTrack();
    this.#track = track;
    // Unplugged, or taken back in the browser's own settings.
    track.addEventListener('ended', () => {
      if (this.#track !== track) return;
      this.#dropTrack();
      this.#show({ microphone: 'none' });
      this.#speak();
    });
    this.mine.follow(track);
    this.#show({ microphone: 'on', chosen: track.getSettings().deviceId });
    this.#speak();
    navigator.mediaDevices.addEventListener('devicechange', this.#listMicrophones);
    this.#listMicrophones();
  }

  readonly #listMicrophones = (): void => {
    void microphones().then((known) => {
      if (this.#track) this.#show({ microphones: known });
    });
  };

  /** Whatever is muted is muted twice: the track is silent, and nothing is sent. */
  #speak(): void {
    const isSilent = this.#view.get().isMuted || this.#track === undefined;
    if (this.#track) this.#track.enabled = !isSilent;
    this.#lane?.mute(isSilent);
    if (this.#track) this.#lane?.sendTrack(this.#track);
  }

  #hear(track: MediaStreamTrack | undefined): void {
    this.theirs.follow(track);
    this.#sound.follow(track);
  }

  #letGoOfLane(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#lane = undefined;
    this.#hear(undefined);
  }

  #dropTrack(): void {
    this.mine.follow(undefined);
    this.#track?.stop();
    this.#track = undefined;
  }

  #show(change: Partial<VoiceView>): void {
    this.#view.set({ ...this.#view.get(), ...change });
  }
}
