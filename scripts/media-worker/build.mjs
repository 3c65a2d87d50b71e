// Builds mediasoup's worker from the C++ sources inside its npm package against the distribution's libraries. The
// package's own build downloads each library; here a tiny meson project in the place of each names the system's.
// Proved on Debian 12: 5 to 10 minutes on two cores, a binary of 3 MB.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Debian's packages with what the build needs. */
export const DEBIAN_PACKAGES = [
  'g++',
  'meson',
  'ninja-build',
  'pkg-config',
  'libssl-dev',
  'libuv1-dev',
  'libsrtp2-dev',
  'libusrsctp-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
];

const PROGRAMS = ['g++', 'meson', 'ninja', 'pkg-config', 'flatc', 'strip'];
const LIBRARIES = [
  'openssl',
  'libuv',
  'libsrtp2',
  'usrsctp',
  'flatbuffers',
  'absl_strings',
  'absl_flat_hash_map',
];

/** The header that puts libsrtp 3's calls upon the distribution's libsrtp 2. */
export const SRTP_HEADER = fileURLToPath(new URL('srtp.h', import.meta.url));

/** Each of the package's subprojects: the variables that the worker's meson.build takes from it. */
const SUBPROJECTS = {
  openssl: ["openssl_dep = dependency('openssl')", 'libcrypto_lib = []', 'libssl_lib = []'],
  libuv: ["libuv_dep = dependency('libuv')", 'libuv = []'],
  usrsctp: ["usrsctp_dep = dependency('usrsctp')", 'usrsctp = []'],
  flatbuffers: ["flatbuffers_dep = dependency('flatbuffers')", 'flatbuffers_lib = []'],
  catch2: ['catch2_dep = declare_dependency()'],
  'abseil-cpp': [
    "absl_strings_dep = dependency('absl_strings')",
    "absl_types_dep = dependency('absl_optional')",
    "absl_container_dep = [dependency('absl_flat_hash_map'), dependency('absl_flat_hash_set')]",
    'absl_container_lib = []',
  ],
  libsrtp3: [
    "libsrtp3_dep = declare_dependency(dependencies: dependency('libsrtp2'), include_directories: include_directories('include'))",
    'libsrtp3 = []',
  ],
};
/** What the worker's meson.build sets on them: each must know the option, none does anything with it. */
const OPTIONS = [
  'build_tests',
  'build_benchmarks',
  'sctp_build_programs',
  'crypto-library',
  'crypto-library-kdf',
  'tests',
];

/** Lines of the package that must be others here. */
const PATCHES = [
  // Debian 12 has meson 1.0.1, which does all that is asked of it.
  { file: 'meson.build', from: "meson_version: '>= 1.1.0'", to: "meson_version: '>= 1.0.0'" },
  // Debian's OpenSSL has kernel TLS and asks the BIO for it. The callback answers 1 to every question, because it
  // compares where it should test a bit; OpenSSL then skips its write buffer and the first DTLS handshake crashes.
  {
    file: 'src/RTC/DtlsTransport.cpp',
    from: '(operationType == BIO_CB_RETURN)',
    to: '(operationType & BIO_CB_RETURN)',
  },
];

/** What of programs and libraries is missing for a build; empty when it can be tried. */
export function missingForBuild() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const programs = PROGRAMS.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  if (programs.includes('pkg-config')) return [...programs, ...LIBRARIES];
  const unknown = LIBRARIES.filter((name) => spawnSync('pkg-config', ['--exists', name]).status !== 0);
  return [...programs, ...unknown];
}

/**
 * @param sources the package's folder `worker`; it is copied, not changed.
 * @param folder an empty folder to build in.
 * @param logFile gets what the compiler says.
 * @returns the path of the binary, inside `folder`. @throws Error when a step fails.
 */
export function buildWorker({ sources, folder, logFile }) {
  const log = openSync(logFile, 'a');
  const source = join(folder, 'worker');
  const build = join(folder, 'build');
  cpSync(sources, source, { recursive: true, filter: (path) => !/\/(out|prebuild)$/.test(path) });
  for (const [name, lines] of Object.entries(SUBPROJECTS)) useSystemLibrary(source, name, lines);
  cpSync(SRTP_HEADER, join(source, 'subprojects/libsrtp3/include/srtp.h'));
  for (const patch of PATCHES) applyPatch(source, patch);

  const run = (command, ...args) => {
    // It may take minutes of every core: whatever else this machine does goes first.
    const { status, error } = spawnSync('nice', ['-n', '10', command, ...args], {
      cwd: source,
      stdio: ['ignore', log, log],
    });
    if (error || status !== 0) throw new Error(`${command} failed${error ? ` (${error.message})` : ''}`);
  };
  const ninja = (target) => run('ninja', '-C', build, '-j', String(availableParallelism()), target);
  run('meson', 'setup', build, '--buildtype', 'release', '-Db_ndebug=true', '-Dms_disable_liburing=true');
  // The generated headers, before anything includes them.
  ninja('fbs/FBS');
  ninja('mediasoup-worker');
  const binary = join(folder, 'mediasoup-worker');
  run('strip', '-o', binary, join(build, 'mediasoup-worker'));
  return binary;
}

function useSystemLibrary(source, name, lines) {
  const folder = join(source, 'subprojects', name);
  rmSync(`${folder}.wrap`, { force: true });
  mkdirSync(join(folder, 'include'), { recursive: true });
  writeFileSync(join(folder, 'meson.build'), [`project('${name}', 'cpp')`, ...lines, ''].join('\n'));
  const options = OPTIONS.map((option) => `option('${option}', type: 'string')\n`);
  writeFileSync(join(folder, 'meson_options.txt'), options.join(''));
}

function applyPatch(source, { file, from, to }) {
  const path = join(source, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} of this mediasoup is not the one that is known here`);
  writeFileSync(path, text.replace(from, to));
}
