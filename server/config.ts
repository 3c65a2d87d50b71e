import { isIP } from 'node:net';
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
  /** Where pages reach the media workers; undefined: none is started. */
  readonly media: MediaSettings | undefined;
  /** Why none is started, though nobody switched it off: what to set. */
  readonly mediaMissing: string | undefined;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
}

/** Where media is reached. */
export interface MediaSettings {
  readonly listenIp: string;
  /** What pages are told instead of `listenIp`: an address or a name. */
  readonly announcedAddress: string | undefined;
  /** Of the first worker, UDP and TCP; each further worker has the next one. 0 lets the system choose. */
  readonly firstPort: number;
  /** Somebody asked for this port: another one would not do. */
  readonly isPortGiven: boolean;
  readonly turn: { readonly urls: readonly string[]; readonly secret: string } | undefined;
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

/** Secrets themselves; a file's name is none. */
const SECRETS = ['COUNTERSIGN_KEY', 'COUNTERSIGN_SIGNING_KEY', 'COUNTERSIGN_MEDIA_TURN_SECRET'] as const;

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
      'addresses of witnesses with commas, such as file:///mnt/disk/witness,https://witness.example.com,stdout: (https: may end in #key= and the key that the witness printed)',
    )
    .default([]),
  COUNTERSIGN_MEDIA: z.enum(['on', 'off']).default('on'),
  COUNTERSIGN_MEDIA_HOST: z.union([z.ipv4(), z.ipv6()], 'an IP address of this machine').optional(),
  COUNTERSIGN_MEDIA_ADDRESS: z
    .string()
    .regex(/^[\w.:-]+$/, 'an address or a name, without a port')
    .optional(),
  COUNTERSIGN_MEDIA_PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'a port number from 0 to 65535')
    .transform(Number)
    .pipe(z.number().max(65535, 'a port number from 0 to 65535'))
    .optional(),
  COUNTERSIGN_MEDIA_TURN: z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter((address) => address !== ''))
    .refine(
      (addresses) =>
        addresses.every((address) => /^turns?:[\w.:[\]-]+(\?transport=(udp|tcp))?$/.test(address)),
      'addresses of TURN servers with commas, such as turn:turn.example.com:3478,turns:turn.example.com:5349?transport=tcp',
    )
    .optional(),
  COUNTERSIGN_MEDIA_TURN_SECRET: z.string().min(16, 'at least 16 characters').optional(),
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
  if (
    (variables.COUNTERSIGN_MEDIA_TURN === undefined) !==
    (variables.COUNTERSIGN_MEDIA_TURN_SECRET === undefined)
  )
    throw new ConfigError('COUNTERSIGN_MEDIA_TURN and COUNTERSIGN_MEDIA_TURN_SECRET: give both or none');
  const isMediaWanted = variables.COUNTERSIGN_MEDIA === 'on';
  const hasNoWayToMedia = isBehindProxyOnly(variables);
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
    media: isMediaWanted && !hasNoWayToMedia ? mediaSettings(variables) : undefined,
    mediaMissing: isMediaWanted && hasNoWayToMedia ? MEDIA_MISSING : undefined,
    logLevel: variables.COUNTERSIGN_LOG_LEVEL,
  });
}

const MEDIA_MISSING =
  'no media worker is started: browsers elsewhere cannot come to 127.0.0.1 past the proxy. ' +
  'Set COUNTERSIGN_MEDIA_HOST to an address of this machine that they reach; everything but WebRTC works without';

/** A web proxy passes no media on: browsers elsewhere would be told this machine's loopback address. */
function isBehindProxyOnly(variables: z.output<typeof Variables>): boolean {
  const { COUNTERSIGN_HOST: host, COUNTERSIGN_PUBLIC_URL: publicUrl } = variables;
  if (variables.COUNTERSIGN_MEDIA_HOST || variables.COUNTERSIGN_MEDIA_ADDRESS || !publicUrl) return false;
  return isLoopback(isIP(host) ? host : '127.0.0.1') && !isLoopback(new URL(publicUrl).hostname);
}

const isLoopback = (host: string): boolean => /^(127\.|\[?::1\]?$|localhost$|.*\.localhost$)/.test(host);

/** Takes what must stay secret out of an environment that was read: programs that are started later inherit the rest. */
export function forgetSecrets(environment: Record<string, string | undefined>): void {
  for (const name of SECRETS) delete environment[name];
}

/** Media listens where the broker does, one port further. */
function mediaSettings(variables: z.output<typeof Variables>): MediaSettings {
  const { COUNTERSIGN_HOST: host, COUNTERSIGN_PORT: port, COUNTERSIGN_PUBLIC_URL: publicUrl } = variables;
  const listenIp = variables.COUNTERSIGN_MEDIA_HOST ?? (isIP(host) ? host : '127.0.0.1');
  const isEverywhere = listenIp === '0.0.0.0' || listenIp === '::';
  const urls = variables.COUNTERSIGN_MEDIA_TURN;
  const secret = variables.COUNTERSIGN_MEDIA_TURN_SECRET;
  return {
    listenIp,
    announcedAddress:
      variables.COUNTERSIGN_MEDIA_ADDRESS ??
      (isEverywhere && publicUrl ? new URL(publicUrl).hostname : undefined),
    firstPort: variables.COUNTERSIGN_MEDIA_PORT ?? (port === 0 ? 0 : Math.min(port + 1, 65535)),
    isPortGiven: variables.COUNTERSIGN_MEDIA_PORT !== undefined,
    turn: urls && secret ? { urls, secret } : undefined,
  };
}

/** A key that does not fit may be a part of a right one: it is not shown. */
function butWas(given: Environment, name: string): string {
  return /^COUNTERSIGN_(SIGNING_)?KEY$|_URL$|_SECRET$/.test(name) ? '' : `, not "${given[name]}"`;
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
