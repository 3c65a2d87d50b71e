import type { MicrophoneOff, NoMicrophone, VoiceObstacle } from '../../../../protocol/voice.ts';
import { isolated } from '../../isolated.ts';

/** What both people read while they talk; `name` is the other one. */
export const voice = {
  title: 'Voice',
  you: 'You',
  yourLevel: 'Your microphone',
  levelOf: (name: string) => `Sound from ${isolated(name)}`,
  speaking: 'sound',
  quiet: 'quiet',
  muted: 'muted',
  mute: 'Mute',
  unmute: 'Unmute',
  muteLong: 'Mute your microphone',
  unmuteLong: 'Unmute your microphone',
  said: {
    muted: 'Your microphone is muted.',
    unmuted: 'Your microphone is on.',
    otherMuted: (name: string) => `${isolated(name)} is muted.`,
    otherUnmuted: (name: string) => `${isolated(name)} can be heard again.`,
  },
  microphone: 'Microphone',
  unnamed: (number: number) => `Microphone ${number}`,
  connecting: 'Connecting the voice…',
  asking: 'Your browser asks whether this page may use your microphone.',
  hear: 'Hear the other side',
  blocked: 'Your browser plays no sound before you press a button.',
  useMicrophone: 'Use the microphone',
  obstacle: {
    'no-worker':
      'Voice is not available: the support service cannot carry sound right now. Use the telephone. Everything else works.',
    unreachable:
      'Voice is not available: sound found no way between your two computers. Use the telephone. Everything else works.',
  } satisfies Record<VoiceObstacle, string>,

  /** On the page of the one whose microphone it is. */
  off: (name: string) => `Your microphone is off. ${isolated(name)} does not hear you.`,
  /** There too, before anything is connected. */
  offAtFirst: (name: string) => `Your microphone is off. You and ${isolated(name)} do not hear each other.`,
  missing: {
    'not-allowed':
      'This page may not use your microphone. Allow it at the left end of the address, at the top of this window. Then press the button.',
    none: 'No microphone was found. Plug one in, then press the button.',
    'not-possible':
      'The microphone could not be used. Another program may have it, or the privacy settings of this computer forbid it.',
  } satisfies Record<NoMicrophone, string>,

  /** For a technician whose customer has none; nothing is answered then. */
  customerHasNone: {
    'not-allowed': (name: string) =>
      `The browser of ${isolated(name)} asked for the microphone, and was told no.`,
    none: (name: string) => `The browser of ${isolated(name)} found no microphone.`,
    'not-possible': (name: string) => `The browser of ${isolated(name)} could not use the microphone.`,
    'loaded-anew': (name: string) =>
      `The page of ${isolated(name)} was loaded anew, and its microphone is off.`,
  } satisfies Record<MicrophoneOff, (name: string) => string>,
  customerHasNoneHow: (name: string) =>
    `${isolated(name)} can answer once more and allow it there, or leave the voice out.`,
  pressesAgain: (name: string) =>
    `You hear each other again as soon as ${isolated(name)} presses “Use the microphone” there.`,

  /** For a customer whose yes led to no microphone: the question is still open. */
  notYet: {
    'not-allowed':
      'Your browser asked for your microphone, and was told no. Nobody hears you. To try again, answer once more; if your browser does not ask, allow the microphone at the left end of the address, at the top of this window.',
    none: 'Your browser found no microphone. Nobody hears you. Plug one in and answer once more, or leave out “Talk with you”.',
    'not-possible':
      'Your browser could not use your microphone. Nobody hears you. Another program may have it, or the privacy settings of your computer forbid it. Answer once more, or leave out “Talk with you”.',
  } satisfies Record<NoMicrophone, string>,
  next: 'If you allow “Talk with you”, your browser asks you next for your microphone.',
  talking: (name: string) => `Talking with ${isolated(name)}`,
  notKept: 'What is said is not recorded. To end it, switch off “Talk with you”.',
  /** Of a program with several pages open. */
  elsewhere:
    'You talk on another page of this program, in a tab or window of your browser. To talk on this one, switch “Talk with you” off and on again here.',
};
