import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Adapter, Low } from 'lowdb';
import type { z } from 'zod';
import '../../protocol/plain-words.ts';
import { syncFolder, writeDurably } from '../durable-file.ts';
import { Refusal } from '../refusal.ts';
import { type RecordChange, Settings, type SettingsChange, type SettingsStore } from './settings.ts';

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
  return new LowdbSettings(low, file, parsed.data);
}

const comingFile = (file: string): string => `${file}.coming`;

class LowdbSettings implements SettingsStore {
  #current: Settings;
  readonly #listeners = new Set<(settings: Settings) => void>();
  #last: Promise<unknown> = Promise.resolve();
  /** A change that is being recorded lies here, whole: which of the two counts, the record says. */
  readonly #comingFile: string;

  constructor(
    private readonly low: Low<unknown>,
    private readonly file: string,
    initial: Settings,
  ) {
    this.#current = frozen(initial);
    this.#comingFile = comingFile(file);
  }

  current(): Settings {
    return this.#current;
  }

  /** One change after the other, so that none writes over another's. */
  change(change: Partial<Settings> | SettingsChange, record?: RecordChange): Promise<Settings> {
    const changed = this.#last.then(async () => {
      const wanted = typeof change === 'function' ? await change(this.#current) : change;
      return wanted === undefined ? this.#current : this.#write(wanted, record);
    });
    this.#last = changed.catch(() => {});
    return changed;
  }

  onChange(listener: (settings: Settings) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async settle(isRecorded: (coming: Settings) => boolean): Promise<void> {
    const content = await new DurableJson(this.#comingFile).read().catch(() => undefined);
    const coming = Settings.safeParse(content);
    if (coming.success && isRecorded(coming.data)) await this.#take(coming.data);
    else await rm(this.#comingFile, { force: true });
  }

  async #write(change: Partial<Settings>, record: RecordChange | undefined): Promise<Settings> {
    const parsed = Settings.safeParse({ ...this.#current, ...change });
    if (!parsed.success)
      throw new Refusal(
        'request.invalid',
        'These settings do not fit.',
        parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
      );
    await new DurableJson(this.#comingFile).write(parsed.data);
    // What a record that gave up wrote after all, the next start finds here.
    await record?.(parsed.data, this.#current);
    return this.#take(parsed.data);
  }

  /** The change that lies beside the file takes its place. */
  async #take(settings: Settings): Promise<Settings> {
    await rename(this.#comingFile, this.file);
    await syncFolder(dirname(this.file));
    this.low.data = settings;
    this.#current = frozen(settings);
    for (const listener of this.#listeners) listener(this.#current);
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

/** What lies in a data folder now: the change that is being recorded, if there is one, and then what is in force. */
export async function settingsFiles(dataDir: string): Promise<string[]> {
  const file = join(dataDir, 'settings.json');
  const coming = await readFile(comingFile(file), 'utf8').catch(nothingThere);
  return [...(coming === undefined ? [] : [coming]), await readFile(file, 'utf8')];
}

function nothingThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
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
