import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Adapter, Low } from 'lowdb';
import type { z } from 'zod';
import '../../protocol/plain-words.ts';
import { writeDurably } from '../durable-file.ts';
import { Refusal } from '../refusal.ts';
import { Settings, type SettingsChange, type SettingsStore } from './settings.ts';

/** The settings file does not fit; the message names the file and each field, for a person to repair. */
export class SettingsProblem extends Error {
  override readonly name = 'SettingsProblem';
}

/**
 * Opens `<dataDir>/settings.json`, or makes it with the defaults written out, so that a person can see what there is to set.
 * @throws SettingsProblem for a file that is not settings: a retention period is never guessed.
 */
export async function openSettings(dataDir: string): Promise<SettingsStore> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'settings.json');
  const low = new Low<unknown>(new DurableJson(file), null);
  await low.read();
  const parsed = Settings.safeParse(low.data ?? {});
  if (!parsed.success) throw new SettingsProblem(`${file} does not fit:\n${fields(parsed.error).join('\n')}`);
  if (low.data === undefined || low.data === null) {
    low.data = parsed.data;
    await low.write();
  }
  return new LowdbSettings(low, parsed.data);
}

class LowdbSettings implements SettingsStore {
  #current: Settings;
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly low: Low<unknown>,
    initial: Settings,
  ) {
    this.#current = frozen(initial);
  }

  current(): Settings {
    return this.#current;
  }

  /** One change after the other, so that none writes over another's. */
  change(change: Partial<Settings> | SettingsChange): Promise<Settings> {
    const changed = this.#last.then(async () => {
      const wanted = typeof change === 'function' ? await change(this.#current) : change;
      return wanted === undefined ? this.#current : this.#write(wanted);
    });
    this.#last = changed.catch(() => {});
    return changed;
  }

  async #write(change: Partial<Settings>): Promise<Settings> {
    const parsed = Settings.safeParse({ ...this.#current, ...change });
    if (!parsed.success)
      throw new Refusal(
        'request.invalid',
        'These settings do not fit.',
        parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
      );
    this.low.data = parsed.data;
    await this.low.write();
    this.#current = frozen(parsed.data);
    return this.#current;
  }
}

/** lowdb's own adapters write atomically but do not sync: after a power cut the file could be empty. */
class DurableJson implements Adapter<unknown> {
  constructor(private readonly file: string) {}

  async read(): Promise<unknown> {
    let text: string;
    try {
      text = await readFile(this.file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new SettingsProblem(`${this.file} cannot be read: ${(error as Error).message}`);
    }
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new SettingsProblem(`${this.file} is not JSON: ${(error as Error).message}`);
    }
  }

  write(data: unknown): Promise<void> {
    return writeDurably(this.file, `${JSON.stringify(data, null, 2)}\n`);
  }
}

const fields = (error: z.ZodError): string[] =>
  error.issues.map(({ path, message }) => `  ${path.join('.') || '(the whole file)'}: ${message}`);

function frozen<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}
