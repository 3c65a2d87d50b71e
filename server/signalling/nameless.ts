import type { Socket } from 'node:net';
import { addressGroup } from '../access/client-address.ts';

/**
 * Sockets that have not shown yet who they are. Their number is bounded, but nobody is refused for coming late: room is
 * made by hanging up on the oldest one of the address that has the most, so that a crowd pays for itself.
 */
export class Nameless {
  readonly #max: number;
  readonly #groups = new Map<string, Set<Socket>>();
  readonly #groupOf = new Map<Socket, string>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts a socket until it is named, or closed. */
  add(socket: Socket, address: string): void {
    if (this.#groupOf.size >= this.#max) this.#makeRoom();
    const group = addressGroup(address);
    this.#groupOf.set(socket, group);
    const sockets = this.#groups.get(group) ?? new Set();
    this.#groups.set(group, sockets.add(socket));
    socket.once('close', () => this.named(socket));
  }

  named(socket: Socket): void {
    const group = this.#groupOf.get(socket);
    if (group === undefined) return;
    this.#groupOf.delete(socket);
    const sockets = this.#groups.get(group);
    sockets?.delete(socket);
    if (sockets?.size === 0) this.#groups.delete(group);
  }

  #makeRoom(): void {
    const crowd = [...this.#groups.values()].reduce((most, other) => (other.size > most.size ? other : most));
    const [oldest] = crowd;
    if (!oldest) return;
    this.named(oldest);
    oldest.destroy();
  }
}
