import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { until } from './until.ts';

const RATE = 48_000;
/** A tone that never pauses is noise to whatever cleans up speech, and would be taken away. */
const PULSE_SECONDS = 0.2;
/** One bin of the analyser on either side. */
const NEAR_HZ = 6;
const HEARD_DB = -60;
const SILENT_DB = -90;
/** Two browsers, a broker and a media worker on a few cores. */
const BUSY_MS = 30_000;

/** What makes a browser's microphone hear this file, over and over. */
export const fakeMicrophone = (file: string | undefined): string[] =>
  file === undefined
    ? []
    : ['--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${file}`];

/** A WAV file of one tone in pulses, as long as it takes to begin anew without a click. @returns its path. */
export async function writeTone(folder: string, hertz: number): Promise<string> {
  const samples = RATE * 2;
  const bytes = Buffer.alloc(44 + samples * 2);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(36 + samples * 2, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20); // PCM
  bytes.writeUInt16LE(1, 22); // mono
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36, 'latin1');
  bytes.writeUInt32LE(samples * 2, 40);
  for (let index = 0; index < samples; index += 1) {
    const seconds = index / RATE;
    const isOn = Math.floor(seconds / PULSE_SECONDS) % 2 === 0;
    const value = isOn ? Math.sin(2 * Math.PI * hertz * seconds) * 0.5 : 0;
    bytes.writeInt16LE(Math.round(value * 32_767), 44 + index * 2);
  }
  const path = join(folder, `${hertz}.wav`);
  await writeFile(path, bytes);
  return path;
}

/** Before a page is opened there: what it takes of the microphone is kept in reach of a test. */
export async function keepMicrophone(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const { mediaDevices } = navigator;
    const listen = mediaDevices?.getUserMedia.bind(mediaDevices);
    if (listen)
      mediaDevices.getUserMedia = async (wish) =>
        Object.assign(window, { spoken: await listen(wish) }).spoken;
  });
}

/** How the microphone stands that this page took last: `ended`, and the browser shows none any more. */
export const microphoneOf = (page: Page): Promise<MediaStreamTrackState | undefined> =>
  page.evaluate(
    () =>
      (window as { spoken?: MediaStream }).spoken?.getAudioTracks().map(({ readyState }) => readyState)[0],
  );

interface Listening {
  listening?: { source: MediaStreamAudioSourceNode; analyser: AnalyserNode; stream: MediaProvider };
}

/** The loudest tone of what this page plays in the last two thirds of a second; nothing where it plays nothing. */
export function loudest(page: Page): Promise<{ hertz: number; decibels: number } | undefined> {
  return page.evaluate(async () => {
    const heard = window as unknown as Listening;
    const stream = document.querySelector('audio')?.srcObject;
    if (!stream) return undefined;
    if (heard.listening?.stream !== stream) {
      const context = new AudioContext();
      await context.resume();
      const source = context.createMediaStreamSource(stream as MediaStream);
      const analyser = context.createAnalyser();
      analyser.fftSize = 32_768;
      analyser.smoothingTimeConstant = 0;
      source.connect(analyser);
      heard.listening = { source, analyser, stream };
    }
    const { analyser } = heard.listening;
    const levels = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(levels);
    const decibels = Math.max(...levels);
    const hertz = (levels.indexOf(decibels) * analyser.context.sampleRate) / analyser.fftSize;
    return { hertz, decibels };
  });
}

/** Waits until this tone is what the page plays. */
export async function hears(page: Page, hertz: number): Promise<void> {
  await until(
    `a tone of ${hertz} Hz is heard`,
    async () => {
      const tone = await loudest(page);
      return tone !== undefined && Math.abs(tone.hertz - hertz) <= NEAR_HZ && tone.decibels > HEARD_DB;
    },
    BUSY_MS,
  );
}

/** Waits until the page plays nothing, or nothing that anybody would hear. */
export async function hearsNothing(page: Page): Promise<void> {
  await until(
    'it is silent',
    async () => {
      const tone = await loudest(page);
      return tone === undefined || tone.decibels < SILENT_DB;
    },
    BUSY_MS,
  );
}

/** The browser says no from now on when this page asks for the microphone. */
export async function forbid(page: Page): Promise<void> {
  const browser = await page.context().newCDPSession(page);
  const { targetInfo } = await browser.send('Target.getTargetInfo');
  await browser.send('Browser.setPermission', {
    permission: { name: 'microphone' },
    setting: 'denied',
    origin: new URL(page.url()).origin,
    browserContextId: targetInfo.browserContextId!,
  });
  await browser.detach();
}

/** The browser says yes from now on. */
export const permit = (page: Page) => page.context().grantPermissions(['microphone']);
