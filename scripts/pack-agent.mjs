// Makes agent/dist/countersign-agent.tgz: the agent as a package of its own, which the broker serves at /agent.tgz so
// that a customer starts it with one npx command. It holds the program and its encoder's thread as one file each, at
// their places in the tree, and the built local page. It depends on exactly the packages that the sources import and on
// all that those need, each in the version of the lock file. They are all named in package.json, because npm follows no npm-shrinkwrap.json of a package that is fetched by
// its address.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { INLINED, oneFile } from '../bin/bundled.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** An optional speed-up: no source imports it by name. */
const ALSO_NEEDED = ['bufferutil'];

function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'dist' ? [] : sourcesIn(path);
    return /\.(ts|mjs)$/.test(entry.name) ? [path] : [];
  });
}

function importedPackages(paths) {
  const names = paths.flatMap((path) =>
    [
      ...readFileSync(path, 'utf8').matchAll(/(?:\bfrom|\bimport\(?|\brequire\()\s*['"]([^'"./][^'"]*)['"]/g),
    ].map((match) => match[1]),
  );
  const packages = names
    .filter((name) => !name.startsWith('node:'))
    .map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    );
  return [...new Set([...packages, ...ALSO_NEEDED])]
    .filter((name) => name in project.dependencies && !INLINED.includes(name))
    .sort();
}

/** Where `names` and what they need stand in the lock file. */
function lockedPaths(names, locked) {
  const found = new Set();
  const add = (from, name) => {
    const path = pathOf(from, name, locked);
    if (path === undefined || found.has(path)) return;
    found.add(path);
    const { dependencies, optionalDependencies } = locked[path];
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) add(`${path}/`, each);
  };
  for (const name of names) add('', name);
  return [...found].sort();
}

/** The versions of these packages by name. Of two versions of one package the outer stands: npm nests the other as it needs it. */
function versionsAt(paths, locked) {
  const inner = paths.filter((path) => path.lastIndexOf('node_modules/') > 0);
  const outer = paths.filter((path) => !inner.includes(path));
  return Object.fromEntries(
    [...inner, ...outer].map((path) => [path.split('node_modules/').at(-1), locked[path].version]).sort(),
  );
}

/** Where the package at `from` finds `name`: below itself, or beside any package that it is nested in. */
function pathOf(from, name, locked) {
  const path = `${from}node_modules/${name}`;
  if (path in locked) return path;
  return from === ''
    ? undefined
    : pathOf(from.replace(/node_modules\/(@[^/]+\/)?[^/]+\/$/, ''), name, locked);
}

/** The local page and the files that it loads, found by walking from local.html through the built assets. */
function localPageFiles(dist) {
  const seen = new Set(['local.html']);
  for (const file of seen) {
    if (!/\.(html|js|css)$/.test(file)) continue;
    const text = readFileSync(join(dist, file), 'utf8');
    for (const name of readdirSync(join(dist, 'assets'))) {
      if (text.includes(name)) seen.add(`assets/${name}`);
    }
  }
  return [...seen];
}

const stage = mkdtempSync(join(tmpdir(), 'countersign-agent-'));

/** One file at the place of its source. A module that asks where it lies is told where it would lie beside it. */
async function putProgram(name) {
  const file = join(stage, `${name}.mjs`);
  const here = dirname(join(root, name));
  const whereItLies = (path) =>
    `new URL(${JSON.stringify(`./${relative(here, path)}`)}, import.meta.url).href`;
  const { text } = await oneFile(pathToFileURL(join(root, `${name}.ts`)), file, whereItLies);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

try {
  await putProgram('agent/main');
  await putProgram('agent/screen/encode/encoder-worker');
  for (const file of localPageFiles(join(root, 'console/dist'))) {
    cpSync(join(root, 'console/dist', file), join(stage, 'console/dist', file));
  }
  mkdirSync(join(stage, 'bin'));
  cpSync(join(root, 'bin/keep-freed-memory.mjs'), join(stage, 'bin/keep-freed-memory.mjs'));
  writeFileSync(
    join(stage, 'bin/countersign-agent.mjs'),
    `#!/usr/bin/env node
import './keep-freed-memory.mjs';
import { runAgent } from '../agent/main.mjs';

process.exitCode = await runAgent(process.argv.slice(2));
`,
    { mode: 0o755 },
  );
  const packages = importedPackages([
    ...sourcesIn(join(root, 'agent')),
    ...sourcesIn(join(root, 'protocol')),
  ]);
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const needed = lockedPaths(packages, locked);
  const description = {
    name: 'countersign-agent',
    version: project.version,
    description: 'The customer side of a Countersign support session',
    type: 'module',
    engines: project.engines,
    bin: { 'countersign-agent': 'bin/countersign-agent.mjs' },
    dependencies: versionsAt(
      needed.filter((path) => !locked[path].optional),
      locked,
    ),
    optionalDependencies: versionsAt(
      needed.filter((path) => locked[path].optional),
      locked,
    ),
  };
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--silent', '--pack-destination', stage], {
    cwd: stage,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  mkdirSync(join(root, 'agent/dist'), { recursive: true });
  const target = join(root, 'agent/dist/countersign-agent.tgz');
  cpSync(join(stage, stdout.trim().split('\n').at(-1)), `${target}.new`);
  renameSync(`${target}.new`, target);
} finally {
  rmSync(stage, { recursive: true, force: true });
}
