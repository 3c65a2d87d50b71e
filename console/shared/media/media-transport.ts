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

const TRY_AGAIN_MS = 500;
const BROKEN: readonly string[] = ['disconnected', 'failed'];

export interface TransportEvents {
  /** Nothing comes for now, or again. */
  broken(isBroken: boolean): void;
  /** The broker knows nothing of this lane any more. */
  lost(): void;
}

/** Builds this page's halves of a lane's transports. */
export const connectionOf =
  (signal: MediaSignal, laneId: string, iceServers: readonly IceServer[], events: TransportEvents) =>
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
      if (direction === 'receive') events.broken(BROKEN.includes(state));
      if (isLooking || !BROKEN.includes(state)) return;
      isLooking = true;
      await findAnotherWay(signal, laneId, half, events.lost);
      isLooking = false;
    });
    return half;
  };

type RtpParametersSaid = Extract<MediaMessage, { type: 'media.produce' }>['rtpParameters'];

/** The network changed, the computer slept, or the broker was away. Where there is no other way, the broker closes the lane. */
async function findAnotherWay(
  signal: MediaSignal,
  laneId: string,
  half: types.Transport,
  lost: () => void,
): Promise<void> {
  while (!half.closed && BROKEN.includes(half.connectionState)) {
    try {
      const answer = await signal.ask({ type: 'media.restart', laneId, transportId: half.id });
      const { iceParameters } = RestartedIce.parse(answer);
      if (!half.closed) await half.restartIce({ iceParameters: iceParameters as types.IceParameters });
      return;
    } catch (error) {
      // The broker is away too, and may come back by the same network.
      if (isSilence(error)) await pause(TRY_AGAIN_MS);
      // One that was started anew has no word for those whose lanes went with the old one.
      else return lost();
    }
  }
}
