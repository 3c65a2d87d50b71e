import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import proxyAddr from 'proxy-addr';
import { z } from 'zod';
import '../protocol/plain-words.ts';

/** What the environment says, checked once at start. Everything that may change while it runs is in the settings. */
export interface Config {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** How people and agents reach this broker; by default where it listens. Its origin is the one that browsers may come from. */
  readonly publicUrl: string | undefined;
  readonly dataDir: string;
  readonly keyFile: string;
  /** Base64 of 32 bytes: the key itself in place of a key file. */
  readonly key: string | undefined;
  /** Where systemd would put the key, when neither a key nor a key file was named. */
  readonly keyCredential: string | undefined;
  /** Of the log's signing key; by default beside the key file. */
  readonly signingKeyFile: string | undefined;
  /** Base64 of 32 bytes: the seed of the log's signing key in place of a file. */
  readonly signingKey: string | undefined;
  readonly signingKeyCredential: string | undefined;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined;
  /** Express' `trust proxy`: how many proxies in front, or their addresses. */
  readonly trustProxy: number | string | false;
  /** Who keeps the log's checkpoints outside of the data folder: `file:`, `http(s):` and `stdout:` addresses. */
  readonly witnesses: readonly string[];
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

/** The environment does not fit. The message names each variable and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Where keys come from: what the records need of the configuration. */
export const keySources = ({
  key,
  keyCredential,
  keyFile,
  signingKey,
  signingKeyCredential,
  signingKeyFile,
}: Config) => ({ key, keyCredential, keyFile, signingKey, signingKeyCredential, signingKeyFile });

type Environment = Readonly<Record<string, string | undefined>>;

const notYet = (what: string) =>
  z.never(`${what} is not supported by this version: remove it, the embedded store is used`).optional();

const keyInBase64 = z
  .string()
  .refine(
    (text) => Buffer.from(text, 'base64').length === 32,
    '32 bytes in base64, as `openssl rand -base64 32` makes',
  )
  .optional();

const Variables = z.object({
  COUNTERSIGN_HOST: z.string().min(1).default('127.0.0.1'),
  COUNTERSIGN_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'a port number from 0 to 65535')
    .transform(Number)
    .pipe(z.number().max(65535, 'a port number from 0 to 65535'))
    .default(8480),
  COUNTERSIGN_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'an address such as https://support.example.com', abort: true })
    .refine((url) => new URL(url).pathname === '/', 'an address without a path')
    .transform((url) => new URL(url).origin)
    .optional(),
  COUNTERSIGN_DATA_DIR: z.string().min(1).default('./data'),
  COUNTERSIGN_KEY: keyInBase64,
  COUNTERSIGN_KEY_FILE: z.string().min(1).optional(),
  COUNTERSIGN_SIGNING_KEY: keyInBase64,
  COUNTERSIGN_SIGNING_KEY_FILE: z.string().min(1).optional(),
  COUNTERSIGN_TLS_CERT: z.string().min(1).optional(),
  COUNTERSIGN_TLS_KEY: z.string().min(1).optional(),
  COUNTERSIGN_TRUST_PROXY: z
    .string()
    .min(1)
    .refine(
      isProxyList,
      'how many proxies are in front, or their addresses with commas, such as 10.0.0.0/8,loopback',
    )
    .transform((text) => (/^\d+$/.test(text) ? Number(text) : text))
    .optional(),
  COUNTERSIGN_WITNESSES: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((address) => address !== ''))
    .refine(
      (addresses) => addresses.every(isWitness),
      'addresses of witnesses with commas, such as file:///mnt/witness,https://witness.example.com,stdout: (https: may end in #key= and the key that the witness printed)',
    )
    .default([]),
  COUNTERSIGN_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info'),
  COUNTERSIGN_DATABASE_URL: notYet('PostgreSQL'),
  COUNTERSIGN_REDIS_URL: notYet('Redis'),
});

/**
 * @param environment `process.env`; an empty variable counts as absent.
 * @throws ConfigError naming every variable that does not fit and what was expected.
 */
export function readConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => name.startsWith('COUNTERSIGN_') && value !== ''),
  );
  const unknown = Object.keys(given).filter((name) => !(name in Variables.shape));
  if (unknown.length > 0) {
    const known = Object.keys(Variables.shape).join(', ');
    throw new ConfigError(`There is no setting ${unknown.join(', ')}. There are: ${known}`);
  }
  const parsed = Variables.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues
        .map(({ path: [name], message }) => `${String(name)}: ${message}${butWas(given, String(name))}`)
        .join('\n'),
    );
  }
  const variables = parsed.data;
  const { COUNTERSIGN_TLS_CERT: certFile, COUNTERSIGN_TLS_KEY: tlsKeyFile } = variables;
  if ((certFile === undefined) !== (tlsKeyFile === undefined)) {
    throw new ConfigError('COUNTERSIGN_TLS_CERT and COUNTERSIGN_TLS_KEY: give both or none');
  }
  for (const name of ['COUNTERSIGN_KEY', 'COUNTERSIGN_SIGNING_KEY'] as const) {
    if (variables[name] !== undefined && variables[`${name}_FILE`] !== undefined)
      throw new ConfigError(`${name} and ${name}_FILE: give only one of them`);
  }
  return Object.freeze({
    host: variables.COUNTERSIGN_HOST,
    port: variables.COUNTERSIGN_PORT,
    publicUrl: variables.COUNTERSIGN_PUBLIC_URL,
    dataDir: resolve(variables.COUNTERSIGN_DATA_DIR),
    keyFile: resolve(variables.COUNTERSIGN_KEY_FILE ?? defaultKeyFile(environment)),
    key: variables.COUNTERSIGN_KEY,
    keyCredential: variables.COUNTERSIGN_KEY_FILE ? undefined : credential(environment, 'countersign-key'),
    signingKeyFile: variables.COUNTERSIGN_SIGNING_KEY_FILE && resolve(variables.COUNTERSIGN_SIGNING_KEY_FILE),
    signingKey: variables.COUNTERSIGN_SIGNING_KEY,
    signingKeyCredential: variables.COUNTERSIGN_SIGNING_KEY_FILE
      ? undefined
      : credential(environment, 'countersign-signing-key'),
    tls: certFile && tlsKeyFile ? { certFile: resolve(certFile), keyFile: resolve(tlsKeyFile) } : undefined,
    trustProxy: variables.COUNTERSIGN_TRUST_PROXY ?? false,
    witnesses: variables.COUNTERSIGN_WITNESSES,
    logLevel: variables.COUNTERSIGN_LOG_LEVEL,
  });
}

/** A key that does not fit may be a part of a right one: it is not shown. */
function butWas(given: Environment, name: string): string {
  return /^COUNTERSIGN_(SIGNING_)?KEY$|_URL$/.test(name) ? '' : `, not "${given[name]}"`;
}

function isWitness(address: string): boolean {
  return /^(file:\/\/\/.|https?:\/\/.|stdout:$)/.test(address) && URL.canParse(address);
}

function isProxyList(text: string): boolean {
  if (/^\d+$/.test(text)) return true;
  try {
    proxyAddr.compile(text.split(',').map((each) => each.trim()));
    return true;
  } catch {
    return false;
  }
}

/** https://systemd.io/CREDENTIALS: a file for this service alone, in memory; it need not be there. */
const credential = ({ CREDENTIALS_DIRECTORY: folder }: Environment, name: string): string | undefined =>
  folder ? join(folder, name) : undefined;

/** Apart from the data folder, so that a copy of that folder alone opens nothing. */
function defaultKeyFile(environment: Environment): string {
  return join(environment.XDG_CONFIG_HOME || join(homedir(), '.config'), 'countersign', 'key');
}
