// Runs TypeScript. The loader that lets Node do so (tsx) costs each process, and each worker thread, which does not inherit
// it, a second of CPU time at every start. A module and what it imports become one file instead, once, and again when a
// source has changed.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, 'node_modules/.cache/countersign');

/** Packages that every thread needs, and that load faster as a part of the file. */
export const INLINED = ['zod', 'uuid', 'csv-stringify'];

/**
 * @param {URL} module
 * @returns what it exports
 */
export async function importBundled(module) {
  const file = join(cache, `${module.pathname.slice(root.length + 1).replaceAll('/', '-')}.mjs`);
  if (isCurrent(file, module) || (await bundle(module, file))) return import(file);
  const { register } = await import('tsx/esm/api');
  register();
  return import(module.href);
}

/** What a source was when it was read: its length and when it was written. */
const stateOf = (path) => {
  const { size, mtimeMs } = statSync(join(root, path));
  return `${size} ${mtimeMs}`;
};

/** Whether the file is there, and its last line names each source as it is now. */
function isCurrent(file, module) {
  try {
    const text = readFileSync(file, 'utf8');
    const { from, sources } = JSON.parse(text.slice(text.lastIndexOf('\n// ') + '\n// '.length));
    return from === module.href && Object.entries(sources).every(([path, state]) => stateOf(path) === state);
  } catch {
    return false;
  }
}

/** @returns whether it could be made: an installation may be one that nobody may write to. */
async function bundle(module, file) {
  try {
    const whereItLies = (path) => JSON.stringify(pathToFileURL(path).href);
    const { text, inputs } = await oneFile(module, file, whereItLies, {
      sourcemap: 'inline',
      sourcesContent: false,
    });
    const sources = Object.fromEntries(inputs.map((path) => [path, stateOf(path)]));
    mkdirSync(cache, { recursive: true });
    // Whole or not at all, also for a thread that looks meanwhile.
    const half = `${file}.${process.pid}.${randomUUID()}`;
    writeFileSync(half, `${text}\n// ${JSON.stringify({ from: module.href, sources })}`);
    renameSync(half, file);
    return true;
  } catch {
    return false;
  }
}

/**
 * A TypeScript module and all that it imports of this project, as one file of JavaScript.
 * @param {URL} module
 * @param {string} file where it will be
 * @param {(path: string) => string} whereItLies what a module that asks where it lies is told: an expression, by its path
 * @param {object} more options of esbuild's
 * @returns its text, and the paths from the root of what it was made of
 */
export async function oneFile(module, file, whereItLies, more = {}) {
  const { build } = await import('esbuild');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(module)],
    outfile: file,
    absWorkingDir: root,
    bundle: true,
    external: Object.keys(dependencies).filter((name) => !INLINED.includes(name)),
    plugins: [answering(whereItLies)],
    format: 'esm',
    platform: 'node',
    target: 'node20',
    metafile: true,
    write: false,
    logLevel: 'silent',
    ...more,
  });
  return { text: outputFiles[0].text, inputs: Object.keys(metafile.inputs) };
}

const answering = (whereItLies) => ({
  name: 'where-it-lies',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return { contents: text.replaceAll('import.meta.url', () => whereItLies(path)), loader: 'ts' };
    });
  },
});
