import type { NoMicrophone } from '../../../protocol/voice.ts';

/** There is no sound from here, and why. */
export class MicrophoneMissing extends Error {
  override readonly name = 'MicrophoneMissing';
  constructor(
    readonly reason: NoMicrophone,
    options?: ErrorOptions,
  ) {
    super(`there is no microphone: ${reason}`, options);
  }
}

/** Whether this browser could give one, and carry what it hears. It has to be a secure page. */
export const canTalk = (): boolean =>
  window.isSecureContext &&
  'RTCPeerConnection' in window &&
  typeof navigator.mediaDevices?.getUserMedia === 'function';

/** The names of the browser's refusals (Media Capture and Streams, 10.2). */
const REASONS: Readonly<Record<string, NoMicrophone>> = {
  NotAllowedError: 'not-allowed',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
};

/** Lets the browser ask for it, if it has to. `deviceId`: this one and no other. @throws MicrophoneMissing */
export async function openMicrophone(deviceId?: string): Promise<MediaStreamTrack> {
  if (!canTalk()) throw new MicrophoneMissing('not-possible');
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        echoCancellation: true,
        noiseSuppression: true,
        autoGainControl: true,
        channelCount: 1,
        ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }),
      },
    });
    return stream.getAudioTracks()[0]!;
  } catch (cause) {
    const name = cause instanceof DOMException ? cause.name : '';
    throw new MicrophoneMissing(REASONS[name] ?? 'not-possible', { cause });
  }
}

export interface KnownMicrophone {
  readonly id: string;
  /** Empty where the browser does not tell. */
  readonly name: string;
}

/** Those that could be chosen. */
export async function microphones(): Promise<KnownMicrophone[]> {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return (
    devices
      // Chromium's second name on Windows for the one that calls are made with.
      .filter(({ kind, deviceId }) => kind === 'audioinput' && deviceId !== 'communications')
      .map(({ deviceId: id, label: name }) => ({ id, name }))
  );
}
