import type { Device, types } from 'mediasoup-client';
import { z } from 'zod';
import type { MediaSignal } from '../../../protocol/customer-end/media-signal.ts';
import { pause } from '../../../protocol/customer-end/pause.ts';
import {
  type IceServer,
  type MediaMessage,
  type MediaTransport,
  RestartedIce,
} from '../../../protocol/media.ts';
import { isSilence } from './silence.ts';

const Produced = z.looseObject({ producerId: z.string() });

/** As long as the broker waits for a way (server/media/transport-half.ts). */
const TRY_FOR_MS = 10_000;
const TRY_AGAIN_MS = 500;
const BROKEN: readonly string[] = ['disconnected', 'failed'];

/** Builds this page's halves of a lane's transports. */
export const connectionOf =
  (signal: MediaSignal, laneId: string, iceServers: readonly IceServer[]) =>
  (device: Device, direction: 'send' | 'receive', transport: MediaTransport): types.Transport => {
    const options = { ...transport, iceServers: [...iceServers] } as types.TransportOptions;
    const half =
      direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
    const transportId = half.id;
    half.on('connect', ({ dtlsParameters }, connected, failed) => {
      signal.ask({ type: 'media.connect', laneId, transportId, dtlsParameters }).then(connected, failed);
    });
    half.on('produce', ({ kind, rtpParameters }, produced, failed) => {
      signal
        .ask({
          type: 'media.produce',
          laneId,
          transportId,
          kind,
          rtpParameters: rtpParameters as RtpParametersSaid,
        })
        .then((answer) => produced({ id: Produced.parse(answer).producerId }))
        .catch(failed);
    });
    let isLooking = false;
    half.on('connectionstatechange', async (state) => {
      if (isLooking || !BROKEN.includes(state)) return;
      isLooking = true;
      await findAnotherWay(signal, laneId, half);
      isLooking = false;
    });
    return half;
  };

type RtpParametersSaid = Extract<MediaMessage, { type: 'media.produce' }>['rtpParameters'];

/** The network changed, or the computer slept. Where there is no other way, the broker closes the lane. */
async function findAnotherWay(signal: MediaSignal, laneId: string, half: types.Transport): Promise<void> {
  const isBroken = () => !half.closed && BROKEN.includes(half.connectionState);
  for (const until = performance.now() + TRY_FOR_MS; isBroken() && performance.now() < until; ) {
    try {
      const answer = await signal.ask({ type: 'media.restart', laneId, transportId: half.id });
      const { iceParameters } = RestartedIce.parse(answer);
      if (!half.closed) await half.restartIce({ iceParameters: iceParameters as types.IceParameters });
      return;
    } catch (error) {
      // The lane is over, which it is told; or the broker is away too, and may come back by the same network.
      if (!isSilence(error)) return;
      await pause(TRY_AGAIN_MS);
    }
  }
}
