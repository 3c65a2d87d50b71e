// Makes `npm start`, `npm test` and `npm run demo` work on a fresh machine: packages from the lock file, the
// console's build, the media worker, and for tests and the demo the Debian programs that they drive. Plain JavaScript,
// because nothing is installed yet when it runs. What is there already costs a few milliseconds.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeMediaWorker, offerMediaWorker } from './media-worker.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const purpose = process.argv.includes('--for') ? process.argv[process.argv.indexOf('--for') + 1] : 'start';

/** Programs that only tests and the demo drive, and the Debian package of each. */
const PROGRAMS = {
  Xvfb: 'xvfb',
  openssl: 'openssl',
  openbox: 'openbox',
  xterm: 'xterm',
  chromium: 'chromium',
  'firefox-esr': 'firefox-esr',
  turnserver: 'coturn',
  setxkbmap: 'x11-xkb-utils',
  xrandr: 'x11-xserver-utils',
};
/** Packages without a program to look for: a file that each of them brings. */
const FILES = { '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf': 'fonts-dejavu-core' };

/**
 * Without this an npm that knows no `allowScripts` would run mediasoup's install script, which fails without a network,
 * and the whole installation with it. The worker comes afterwards.
 */
const NO_WORKER_YET = { MEDIASOUP_WORKER_BIN: 'comes-later', ...process.env };

const say = (text) => console.log(`set-up: ${text}`);

function fail(text) {
  console.error(`set-up: ${text}`);
  process.exit(1);
}

function run(command, args, what, env = process.env) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env,
  });
  if (error || status !== 0)
    fail(`${what} failed${error ? ` (${error.message})` : ''}. The lines above say why.`);
}

const hashOf = (texts) => texts.reduce((hash, text) => hash.update(text), createHash('sha256')).digest('hex');
const readIfThere = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const onPath = (program) =>
  (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node.js 20.19 or newer is needed, this is ${process.versions.node}.`);
}

function installPackages() {
  const stamp = join(root, 'node_modules/.set-up-from');
  const wanted = hashOf([readFileSync(join(root, 'package-lock.json')), process.version]);
  if (readIfThere(stamp) !== wanted) {
    say('installing the packages of the lock file (the encrypted database is compiled, about two minutes)');
    run('npm', ['ci', '--no-fund', '--no-audit'], 'npm ci', NO_WORKER_YET);
    writeFileSync(stamp, wanted);
  }
  const link = join(root, 'node_modules/.bin/countersign');
  if (!existsSync(link)) {
    rmSync(link, { force: true });
    symlinkSync('../../bin/countersign.mjs', link);
  }
}

function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'dist' && entry.name !== 'node_modules')
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? sourcesIn(path) : [path];
    })
    .sort();
}

/** Makes something again when the files that it comes from are others than the last time. */
function keepFresh(stamp, sources, make) {
  const wanted = hashOf(sources.flatMap((path) => [path.slice(root.length), readFileSync(path)]));
  if (readIfThere(stamp) === wanted) return;
  make();
  writeFileSync(stamp, wanted);
}

const lockFile = join(root, 'package-lock.json');
const pageSources = () => [
  ...sourcesIn(join(root, 'console')),
  ...sourcesIn(join(root, 'protocol')),
  lockFile,
];

function buildConsole() {
  keepFresh(join(root, 'console/dist/.built-from'), pageSources(), () => {
    say('building the console');
    const vite = [
      'node_modules/vite/bin/vite.js',
      'build',
      '--config',
      'console/vite.config.ts',
      '--logLevel',
      'warn',
    ];
    run(process.execPath, vite, 'building the console');
  });
}

function packAgent() {
  const packing = ['scripts/pack-agent.mjs', 'bin/bundled.mjs', 'bin/keep-freed-memory.mjs'];
  const sources = [
    ...pageSources(),
    ...sourcesIn(join(root, 'agent')),
    ...packing.map((path) => join(root, path)),
  ];
  keepFresh(join(root, 'agent/dist/.packed-from'), sources, () => {
    say('packing the agent for customers');
    run(process.execPath, ['scripts/pack-agent.mjs'], 'packing the agent');
  });
}

function installPrograms() {
  const missing = [
    ...Object.entries(PROGRAMS).filter(([program]) => !onPath(program)),
    ...Object.entries(FILES).filter(([file]) => !existsSync(file)),
  ].map(([, debianPackage]) => debianPackage);
  if (missing.length === 0) return;
  const packages = [...new Set(missing)];
  const command = `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    say(`installing Debian packages: ${packages.join(', ')}`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    try {
      execFileSync('apt-get', ['update', '-q'], { stdio: ['ignore', 'ignore', 'inherit'], env });
      execFileSync('sh', ['-c', `${command} -q`], { stdio: ['ignore', 'ignore', 'inherit'], env });
    } catch {
      fail(`could not install them. Try it by hand: ${command}`);
    }
    return;
  }
  fail(
    `these programs are missing: ${packages.join(', ')}. On Debian or Ubuntu: sudo ${command}\n` +
      `set-up: the ${purpose === 'test' ? 'tests drive' : 'demo drives'} a real display and a real browser and cannot run without them.`,
  );
}

checkNode();
installPackages();
if (purpose === 'test' || purpose === 'demo') installPrograms();
if (purpose === 'test') await makeMediaWorker().catch((error) => fail(error.message));
else offerMediaWorker();
buildConsole();
packAgent();
