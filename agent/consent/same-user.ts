import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { endianness } from 'node:os';

/** What the kernel lists of its connections; a program may reach 127.0.0.1 through a socket of version 6, too. */
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];
const ADDRESS = 1;
const PEER = 2;
const USER = 7;

/**
 * Whether the other end of `socket`, a connection from this computer to 127.0.0.1, belongs to the user `id`.
 * Only Linux tells; elsewhere everybody passes.
 */
export async function belongsTo(id: number | undefined, socket: Socket): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const { localPort, remoteAddress, remotePort } = socket;
  if (remoteAddress !== '127.0.0.1') return false;
  const tables = await Promise.all(TABLES.map((path) => readFile(path, 'utf8').catch(() => '')));
  const rows = tables.flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)));
  const theirs = rows.find(
    (row) => row[ADDRESS]?.endsWith(loopback(remotePort)) && row[PEER]?.endsWith(loopback(localPort)),
  );
  return theirs !== undefined && Number(theirs[USER]) === id;
}

/** 127.0.0.1 and `port` as the kernel writes them: the address in the order of this machine's bytes, all in hex. */
function loopback(port = 0): string {
  const address = endianness() === 'LE' ? '0100007F' : '7F000001';
  return `${address}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
}
