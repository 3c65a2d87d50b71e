import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import * as os from 'node:os';
import type { ComputerDescription } from './platform.ts';

/** A documentation address (RFC 5737): the system picks a way to it, and nothing is ever sent. */
const SOMEWHERE_ELSE = { address: '192.0.2.1', port: 9 };
const FIRST_WINDOWS_11_BUILD = 22_000;

/** What this computer is called and runs, as its owner would say it. */
export async function describeComputer(): Promise<ComputerDescription> {
  const privateAddress = (await addressOfDefaultRoute()) ?? firstOuterAddress();
  return {
    hostName: os.hostname(),
    platform: await platformName(),
    architecture: os.machine(),
    ...(privateAddress && { privateAddress }),
  };
}

async function platformName(): Promise<string> {
  switch (process.platform) {
    case 'linux':
      return prettyName(await readFile('/etc/os-release', 'utf8').catch(() => '')) ?? `Linux ${os.release()}`;
    case 'win32':
      return windowsName(os.version(), os.release());
    case 'darwin': {
      const plist = '/System/Library/CoreServices/SystemVersion.plist';
      return macName(await readFile(plist, 'utf8').catch(() => ''));
    }
    default:
      return `${os.type()} ${os.release()}`;
  }
}

/** PRETTY_NAME of an os-release file (os-release(5): shell quoting, last assignment wins). */
export function prettyName(osRelease: string): string | undefined {
  const value = /^PRETTY_NAME=(.*)$/gm;
  const last = [...osRelease.matchAll(value)].at(-1)?.[1]?.trim();
  if (!last) return undefined;
  const unquoted = /^(["'])(.*)\1$/.exec(last)?.[2] ?? last;
  return unquoted.replace(/\\(["'$`\\])/g, '$1') || undefined;
}

/** Windows 11 still calls itself `Windows 10` in its version string; its build number does not. */
export function windowsName(version: string, release: string): string {
  const build = Number(release.split('.')[2] ?? 0);
  return build >= FIRST_WINDOWS_11_BUILD ? version.replace('Windows 10', 'Windows 11') : version;
}

export function macName(systemVersion: string): string {
  const version = /<key>ProductVersion<\/key>\s*<string>([^<]+)<\/string>/.exec(systemVersion)?.[1];
  return version ? `macOS ${version}` : 'macOS';
}

/** The address of ours that traffic to the outside leaves from: with several networks the one that counts. */
async function addressOfDefaultRoute(): Promise<string | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.connect(SOMEWHERE_ELSE.port, SOMEWHERE_ELSE.address);
    await once(socket, 'connect');
    return socket.address().address;
  } catch {
    return undefined; // no network, or none that leads outside
  } finally {
    socket.close();
  }
}

function firstOuterAddress(): string | undefined {
  const addresses = Object.values(os.networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
}
