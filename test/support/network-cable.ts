import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP path to `target` that a test can cut and mend: what a laptop lid or a train tunnel does to a connection. */
export interface NetworkCable {
  readonly port: number;
  /** Nothing passes any more, and nobody is told: bytes are swallowed until `mend`, and those connections are dead. */
  cut(): void;
  /** New connections pass again; those from before the cut are reset. */
  mend(): void;
  unplug(): Promise<void>;
}

export async function layNetworkCable(target: { host: string; port: number }): Promise<NetworkCable> {
  const pairs = new Set<[Socket, Socket]>();
  let isCut = false;

  const server = createServer((near) => {
    if (isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(target.port, target.host);
    const pair: [Socket, Socket] = [near, far];
    pairs.add(pair);
    near.setNoDelay(true);
    far.setNoDelay(true);
    near.pipe(far);
    far.pipe(near);
    for (const socket of pair) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      isCut = true;
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.pause();
        far.pause();
      }
    },
    mend() {
      isCut = false;
      for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
    },
    async unplug() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
