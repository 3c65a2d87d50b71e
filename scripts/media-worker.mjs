// Gets mediasoup's worker, a native program that no npm package brings, to where mediasoup looks for it: from the user's
// cache folder, else by the prebuilt download that mediasoup's own install script tries, else built from the package's
// sources (docs/decisions/0027). Run by hand (`npm run media-worker`) it does all that it can and waits for it.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildWorker, DEBIAN_PACKAGES, missingForBuild, SRTP_HEADER } from './media-worker/build.mjs';

const thisFile = fileURLToPath(import.meta.url);
const mediasoup = join(dirname(dirname(thisFile)), 'node_modules/mediasoup');
/** Where mediasoup looks when `MEDIASOUP_WORKER_BIN` names no other. */
const installed = join(mediasoup, 'worker/out/Release/mediasoup-worker');

const DOWNLOAD_MS = 15_000;
/** A machine without a network need not try at each start. */
const TRY_DOWNLOAD_EVERY_MS = 24 * 60 * 60 * 1000;
/** What the worker answers where nobody speaks to it: it runs on this machine, its libraries are there. */
const RUNS = 41;

const say = (text) => console.log(`set-up: ${text}`);

/** By version, architecture and how it is built: a clean checkout finds what an earlier one made. */
function cacheFolder() {
  const { version } = JSON.parse(readFileSync(join(mediasoup, 'package.json'), 'utf8'));
  const recipe = createHash('sha256');
  for (const file of [join(dirname(thisFile), 'media-worker/build.mjs'), SRTP_HEADER])
    recipe.update(readFileSync(file));
  return join(
    process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'countersign/media-worker',
    `${version}-${process.platform}-${process.arch}-${recipe.digest('hex').slice(0, 8)}`,
  );
}

const runs = (binary) =>
  existsSync(binary) && spawnSync(binary, { env: {}, stdio: 'ignore', timeout: 10_000 }).status === RUNS;

/** Whole or not at all, also for somebody who looks meanwhile. */
function put(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  const half = `${to}.${process.pid}`;
  copyFileSync(from, half);
  chmodSync(half, 0o755);
  renameSync(half, to);
}

/**
 * For `npm start` and the demo: whatever takes no time; a build goes on in the background, and the broker takes the
 * worker up when it is there. It never fails: the broker runs without.
 */
export function offerMediaWorker() {
  try {
    offer();
  } catch (error) {
    say(
      `the media worker cannot be got ready (${error.message}): pictures take the slower way. Everything else works`,
    );
  }
}

function offer() {
  if (isThere() || download({ again: false })) return;
  const missing = missingForBuild();
  if (missing.length > 0) {
    say(
      'there is no media worker on this machine: pictures take the slower way. Everything else works. ' +
        `\`npm run media-worker\` builds it once, in 5 to 10 minutes; it needs: ${missing.join(', ')}`,
    );
    return;
  }
  const log = logFile();
  const output = openSync(log, 'a');
  const options = { detached: true, env: environment(), stdio: ['ignore', output, output] };
  spawn(process.execPath, [thisFile], options).unref();
  say(
    'building the media worker in the background, once, in 5 to 10 minutes and at low priority. ' +
      `The broker starts meanwhile and takes it up when it is there. What it says: ${log}`,
  );
}

/** For tests and by hand: it is there when this resolves. @throws Error that tells what to do. */
export async function makeMediaWorker() {
  if (isThere() || download({ again: true })) return;
  installDebianPackages();
  await inTurn(() => {
    if (isThere()) return;
    say(`building the media worker from its sources: 5 to 10 minutes, once; it is kept in ${cacheFolder()}`);
    const folder = mkdtempSync(join(cacheFolder(), 'build-'));
    try {
      const binary = buildWorker({ sources: join(mediasoup, 'worker'), folder, logFile: logFile() });
      if (!runs(binary)) throw new Error('what was built does not run here');
      put(binary, cached());
    } catch (error) {
      const said = readFileSync(logFile(), 'utf8').trimEnd().split('\n').slice(-15).join('\n');
      throw new Error(
        `the media worker could not be built: ${error.message}. The end of ${logFile()}:\n${said}`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    put(cached(), installed);
  });
}

const cached = () => join(cacheFolder(), 'mediasoup-worker');

function logFile() {
  mkdirSync(cacheFolder(), { recursive: true });
  return join(cacheFolder(), 'build.log');
}

function isThere() {
  if (process.env.MEDIASOUP_WORKER_BIN && runs(process.env.MEDIASOUP_WORKER_BIN)) return true;
  if (runs(installed)) return true;
  if (!runs(cached())) return false;
  put(cached(), installed);
  return true;
}

/** mediasoup's install script, its build made impossible: it would fetch compilers and libraries from everywhere. */
function download({ again }) {
  const tried = join(cacheFolder(), 'download-tried');
  if (!again && existsSync(tried) && Date.now() - statSync(tried).mtimeMs < TRY_DOWNLOAD_EVERY_MS)
    return false;
  mkdirSync(cacheFolder(), { recursive: true });
  writeFileSync(tried, '');
  const { MEDIASOUP_WORKER_BIN: _own, ...env } = environment();
  spawnSync(process.execPath, ['npm-scripts.mjs', 'postinstall'], {
    cwd: mediasoup,
    env: { ...env, PYTHON: 'false' },
    stdio: 'ignore',
    timeout: DOWNLOAD_MS,
    killSignal: 'SIGKILL',
  });
  if (!runs(installed)) {
    rmSync(installed, { force: true });
    return false;
  }
  put(installed, cached());
  say('downloaded the media worker');
  return true;
}

/** What the broker is told is nothing for compilers and install scripts: there are keys in it. */
const environment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('COUNTERSIGN_')));

function installDebianPackages() {
  const missing = missingForBuild();
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${DEBIAN_PACKAGES.join(' ')}`;
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) {
    throw new Error(
      `the media worker cannot be built without: ${missing.join(', ')}. On Debian or Ubuntu: sudo ${command}`,
    );
  }
  say(`installing Debian packages for the media worker: ${DEBIAN_PACKAGES.join(', ')}`);
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  try {
    execFileSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', 'update', '-q'], options);
    execFileSync('sh', ['-c', `${command} -q -o DPkg::Lock::Timeout=300`], options);
  } catch {
    throw new Error(`could not install what the media worker is built with. Try it by hand: ${command}`);
  }
}

/**
 * One build at a time: whoever comes second waits for the first, and then finds the worker. SQLite's lock is the system's:
 * it goes with its process, however that ends.
 */
export async function inTurn(work) {
  mkdirSync(cacheFolder(), { recursive: true });
  // Not above: what this file is loaded by is what installs the packages.
  const { default: Database } = await import('better-sqlite3-multiple-ciphers');
  const lock = new Database(join(cacheFolder(), 'turn.db'), { timeout: 0 });
  try {
    while (!isTaken(lock)) await wait(500);
    work();
  } finally {
    lock.close();
  }
}

function isTaken(lock) {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error.code !== 'SQLITE_BUSY') throw error;
    return false;
  }
}

if (process.argv[1] === thisFile) {
  try {
    await makeMediaWorker();
    say('the media worker is there');
  } catch (error) {
    console.error(`set-up: ${error.message}`);
    process.exitCode = 1;
  }
}
