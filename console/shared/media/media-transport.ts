import type { Device, types } from 'mediasoup-client';
import { z } from 'zod';
import type { MediaSignal } from '../../../protocol/customer-end/media-signal.ts';
import {
  type IceServer,
  type MediaMessage,
  type MediaTransport,
  RestartedIce,
} from '../../../protocol/media.ts';

const Produced = z.looseObject({ producerId: z.string() });

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
    half.on('connectionstatechange', (state) => {
      if (state === 'disconnected' || state === 'failed') void findAnotherWay(signal, laneId, half);
    });
    return half;
  };

type RtpParametersSaid = Extract<MediaMessage, { type: 'media.produce' }>['rtpParameters'];

/** The network changed, or the computer slept. Where there is no other way, the broker closes the lane. */
async function findAnotherWay(signal: MediaSignal, laneId: string, half: types.Transport): Promise<void> {
  try {
    const answer = await signal.ask({ type: 'media.restart', laneId, transportId: half.id });
    const { iceParameters } = RestartedIce.parse(answer);
    if (!half.closed) await half.restartIce({ iceParameters: iceParameters as types.IceParameters });
  } catch {
    // The broker is away too, or the lane is over; it is told.
  }
}
