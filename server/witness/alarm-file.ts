import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, instant } from '../clock.ts';
import { readOptional } from './trusted-keys.ts';

/** What disagreed, with both checkpoints: the proof that the log's keeper said two things. */
export const ALARMS = 'ALARM';

/** The first ones prove as much as a thousand do, and a disk is not for whoever repeats them. */
const MAX_CHARACTERS = 256 * 1024;

/** Keeps what was seen before beside what is said now: each such pair once. */
export async function keepAlarm(
  folder: string,
  clock: Clock,
  { what, before, now }: { what: string; before: string; now: string },
): Promise<void> {
  const evidence = `Seen before:\n${before}\nSaid now:\n${now}\n`;
  const file = join(folder, ALARMS);
  const kept = (await readOptional(file)) ?? '';
  if (kept.includes(evidence) || kept.length + evidence.length > MAX_CHARACTERS) return;
  await appendFile(file, `${instant(clock)} ${what}\n\n${evidence}`, { mode: 0o600 });
}
