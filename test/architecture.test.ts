import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * What each folder may import of the project besides itself. The longest matching row counts.
 * A folder that is not here, or that is here and empty, fails.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  protocol: [],
  'server/access': [
    'protocol',
    'server/records',
    'server/settings',
    'server/clock.ts',
    'server/refusal.ts',
    'server/log.ts',
    'server/token-bucket.ts',
  ],
  'server/cli': [
    'protocol',
    'server/access',
    'server/records',
    'server/settings',
    'server/witness',
    'server/clock.ts',
    'server/config.ts',
    'server/durable-file.ts',
    'server/log.ts',
    'server/refusal.ts',
  ],
  'server/cli/main.ts': ['server/cli', 'server/main.ts', 'server/refusal.ts'],
  'server/consent': ['protocol'],
  'server/http': [
    'protocol',
    'server/access',
    'server/records',
    'server/sessions',
    'server/settings',
    'server/clock.ts',
    'server/config.ts',
    'server/log.ts',
    'server/refusal.ts',
  ],
  'server/lanes': ['protocol', 'server/records', 'server/clock.ts', 'server/log.ts', 'server/refusal.ts'],
  'server/media': [
    'protocol',
    'server/lanes',
    'server/clock.ts',
    'server/config.ts',
    'server/log.ts',
    'server/refusal.ts',
  ],
  'server/records': [
    'protocol',
    'server/settings',
    'server/clock.ts',
    'server/durable-file.ts',
    'server/log.ts',
    'server/refusal.ts',
  ],
  'server/sessions': [
    'protocol',
    'server/access',
    'server/consent',
    'server/lanes',
    'server/records',
    'server/settings',
    'server/clock.ts',
    'server/log.ts',
    'server/refusal.ts',
    'server/token-bucket.ts',
  ],
  'server/settings': ['protocol', 'server/durable-file.ts', 'server/refusal.ts'],
  'server/signalling': [
    'protocol',
    'server/access',
    'server/lanes',
    'server/sessions',
    'server/clock.ts',
    'server/log.ts',
    'server/refusal.ts',
    'server/token-bucket.ts',
  ],
  'server/witness': [
    'protocol',
    'server/records',
    'server/clock.ts',
    'server/durable-file.ts',
    'server/log.ts',
  ],
  'server/compose.ts': ['protocol', 'server'],
  'server/main.ts': ['server'],
  'server/config.ts': ['protocol'],
  'server/clock.ts': [],
  'server/durable-file.ts': [],
  'server/log.ts': ['server/config.ts'],
  'server/refusal.ts': ['protocol'],
  'server/token-bucket.ts': ['server/clock.ts'],
  agent: ['protocol'],
  console: ['protocol'],
  bench: ['protocol', 'server', 'agent', 'console', 'test/support', 'scripts'],
  scripts: ['protocol', 'server', 'test/support', 'agent'],
  test: ['protocol', 'server', 'agent', 'console', 'scripts'],
};

/** Packages that one folder alone may import. */
const ONLY_IN: Record<string, string> = { mediasoup: 'server/media' };

/** Packages that a folder may not import: what keeps the pure parts pure. */
const NOT_THERE: Record<string, readonly string[]> = {
  protocol: ['!zod'],
  'server/sessions': ['express', 'ws', 'socket.io', 'kysely', 'better-sqlite3-multiple-ciphers'],
  'server/consent': ['express', 'ws', 'socket.io', 'kysely', 'better-sqlite3-multiple-ciphers'],
  server: ['react', 'x11'],
  agent: ['express', 'react', 'better-sqlite3-multiple-ciphers', 'kysely'],
  console: ['express', 'ws', 'x11', 'pino'],
};

/** The composition root is for the program and for tests that build the whole broker. */
const MAY_COMPOSE = ['server/main.ts', 'test/support', 'bench', 'scripts'];

const SOURCE = /\.(ts|tsx|mts|mjs)$/;

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['dist', 'node_modules'].includes(entry.name) ? [] : sources(path);
    return SOURCE.test(entry.name) ? [path] : [];
  });
}

const within = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
const longest = (places: readonly string[], path: string) =>
  places.filter((place) => within(path, place)).sort((a, b) => b.length - a.length)[0];

function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
  );
  return [...found].map((match) => (match[1] ?? match[2] ?? match[3])!);
}

const projectPath = (from: string, to: string) =>
  relative(root, resolve(root, dirname(from), to)).replace(/\?.*$/, '');

const FOLDERS = ['protocol', 'server', 'agent', 'console', 'bench', 'scripts', 'test'];
const files = FOLDERS.flatMap(sources);

describe('architecture', () => {
  it('has every folder in the table, and none of them empty', () => {
    for (const place of Object.keys(MAY_IMPORT)) {
      assert(
        files.some((file) => within(file, place)),
        `${place} is in the table but holds no source`,
      );
    }
    const unknown = files.filter((file) => longest(Object.keys(MAY_IMPORT), file) === undefined);
    assert.deepEqual(unknown, [], 'sources in no folder of the table');
  });

  const homeOf = (path: string) => longest(Object.keys(MAY_IMPORT), path)!;
  const projectImports = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith('.'))
      .map((target) => ({ file, target: projectPath(file, target) }))
      .filter(({ target }) => FOLDERS.includes(target.split('/')[0]!) && !target.startsWith('console/dist')),
  );

  it('imports what the table allows, and nothing else', () => {
    const wrong = projectImports.filter(({ file, target }) => {
      const home = homeOf(file);
      return !within(target, home) && !MAY_IMPORT[home]!.some((place) => within(target, place));
    });
    assert.deepEqual(wrong, []);
  });

  it('imports one way only: no place of the table imports, by any detour, what imports it', () => {
    const imports = new Map<string, Set<string>>();
    for (const { file, target } of projectImports) {
      const [from, to] = [homeOf(file), homeOf(target)];
      if (from !== to) imports.set(from, (imports.get(from) ?? new Set()).add(to));
    }
    const reached = (from: string, seen = new Set<string>()): Set<string> => {
      for (const to of imports.get(from) ?? []) if (!seen.has(to)) reached(to, seen.add(to));
      return seen;
    };
    const circular = [...imports.keys()].filter((place) => reached(place).has(place));
    assert.deepEqual(circular, []);
  });

  it('keeps packages out of the folders that must not know them', () => {
    const wrong = files.flatMap((file) =>
      Object.entries(NOT_THERE)
        .filter(([place]) => within(file, place))
        .flatMap(([, banned]) =>
          importsOf(file)
            .filter((target) => !target.startsWith('.'))
            .filter((target) => {
              const only = banned.find((name) => name.startsWith('!'));
              if (only) return target !== only.slice(1);
              return banned.some((name) => target === name || target.startsWith(`${name}/`));
            })
            .map((target) => `${file} imports ${target}`),
        ),
    );
    assert.deepEqual(wrong, []);
  });

  it('keeps packages in the one folder that is for them', () => {
    const wrong = files.filter((file) =>
      importsOf(file).some((target) => {
        const place = ONLY_IN[target.split('/')[0]!];
        return place !== undefined && !within(file, place);
      }),
    );
    assert.deepEqual(wrong, []);
  });

  it('composes the broker in one place only', () => {
    const wrong = files.filter(
      (file) =>
        !MAY_COMPOSE.some((place) => within(file, place)) &&
        importsOf(file).some(
          (target) => target.startsWith('.') && projectPath(file, target) === 'server/compose.ts',
        ),
    );
    assert.deepEqual(wrong, []);
  });
});
