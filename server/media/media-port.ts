import { networkInterfaces } from 'node:os';
import type { types } from 'mediasoup';
import type { MediaSettings } from '../config.ts';

/** The port is taken, or the address is not one of this machine's. */
export class MediaPortProblem extends Error {
  override readonly name = 'MediaPortProblem';
}

/** What the worker says of a port that it cannot have; anything else that fails there is no matter of the port. */
const OF_THE_PORT =
  /address already in use|address not available|permission denied|address family not supported/;

/** `port`: 0 for any. @throws MediaPortProblem */
export async function openMediaPort(
  worker: types.Worker,
  settings: MediaSettings,
  port: number,
): Promise<types.WebRtcServer> {
  const { listenIp, announcedAddress = reachableAddress(listenIp) } = settings;
  const where = {
    ip: listenIp,
    ...(announcedAddress === undefined ? {} : { announcedAddress }),
    ...(port === 0 ? {} : { port }),
  };
  try {
    return await worker.createWebRtcServer({
      listenInfos: [
        { protocol: 'udp', ...where },
        { protocol: 'tcp', ...where },
      ],
    });
  } catch (error) {
    const { message } = error as Error;
    if (!OF_THE_PORT.test(message)) throw error;
    throw new MediaPortProblem(`${listenIp}, port ${port}: ${message}`);
  }
}

/** Pages cannot come to "all addresses": they are told the first one that others see, else this machine's own. */
function reachableAddress(listenIp: string): string | undefined {
  if (listenIp !== '0.0.0.0' && listenIp !== '::') return undefined;
  const seen = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  return seen?.address ?? '127.0.0.1';
}
