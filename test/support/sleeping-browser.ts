import { readdirSync, readFileSync } from 'node:fs';

/** A browser and all that it started, as they are when the lid of a laptop is closed: there, and doing nothing. */
export class SleepingBrowser {
  readonly #processes: readonly number[];

  /** Puts the browser to sleep that was started by this process with `argument`. */
  constructor(argument: string) {
    const parents = parentsOfAll();
    const isOfBrowser = (id: number): boolean => {
      const parent = parents.get(id);
      if (parent === undefined) return false;
      return (parent === process.pid && commandOf(id).includes(argument)) || isOfBrowser(parent);
    };
    this.#processes = [...parents.keys()].filter(isOfBrowser);
    if (this.#processes.length === 0) throw new Error(`no browser was started with ${argument}`);
    this.#signal('SIGSTOP');
  }

  wake(): void {
    this.#signal('SIGCONT');
  }

  #signal(signal: NodeJS.Signals): void {
    for (const id of this.#processes) {
      try {
        process.kill(id, signal);
      } catch {
        // One that ended meanwhile sleeps well.
      }
    }
  }
}

function parentsOfAll(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const [, parent] = /^\d+ \(.*\) \S (\d+)/s.exec(read(`/proc/${name}/stat`)) ?? [];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  return parents;
}

const commandOf = (id: number): string => read(`/proc/${id}/cmdline`);

/** Empty for what is no process, or none any more. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
