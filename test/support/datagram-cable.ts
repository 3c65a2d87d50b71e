import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A UDP path to `target` that a test can cut and mend: what another network does to picture and sound. */
export interface DatagramCable {
  readonly port: number;
  /** Nothing passes any more, and nobody is told. */
  cut(): void;
  /** It passes again, and whoever is behind it comes from another address. */
  mend(): void;
  unplug(): void;
}

export async function layDatagramCable(target: { host: string; port: number }): Promise<DatagramCable> {
  const near = createSocket('udp4');
  /** How the target sees each who is behind the cable, as behind a NAT. */
  const outward = new Map<number, Socket>();
  let isCut = false;

  function outwardOf(port: number): Socket {
    const known = outward.get(port);
    if (known) return known;
    const socket = createSocket('udp4');
    socket.on('message', (datagram) => {
      if (!isCut) near.send(datagram, port, '127.0.0.1');
    });
    outward.set(port, socket);
    return socket;
  }
  function forget(): void {
    for (const socket of outward.values()) socket.close();
    outward.clear();
  }

  near.on('message', (datagram, { port }) => {
    if (!isCut) outwardOf(port).send(datagram, target.port, target.host);
  });
  near.bind(0, '127.0.0.1');
  await once(near, 'listening');

  return {
    port: near.address().port,
    cut() {
      isCut = true;
    },
    mend() {
      forget();
      isCut = false;
    },
    unplug() {
      forget();
      near.close();
    },
  };
}
