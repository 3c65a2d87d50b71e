import { randomBytes } from 'node:crypto';
import { ROUTER_CODECS } from '../../server/media/codecs.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { startMedia } from '../../test/support/start-media.ts';
import type { Forwarder } from './forwarder.ts';
import { STREAM } from './rtp-stream.ts';

/**
 * The broker's media worker, started as the broker does. `feedback`: who watches would say what they got, as browsers do, so
 * it keeps packets to send again and estimates the line.
 */
export async function startMediaWorker({ feedback }: { feedback: boolean }): Promise<Forwarder> {
  const media = await startMedia(new FakeClock());
  const { worker } = await media.workers.take();
  return {
    pid: worker.pid,
    async publish() {
      const router = await worker.createRouter({ mediaCodecs: ROUTER_CODECS });
      const { codecs = [] } = router.rtpCapabilities;
      const rtpCapabilities = feedback
        ? router.rtpCapabilities
        : { codecs: codecs.map((codec) => ({ ...codec, rtcpFeedback: [] })), headerExtensions: [] };
      const listenInfo = { protocol: 'udp', ip: '127.0.0.1' } as const;
      const incoming = await router.createPlainTransport({ listenInfo, rtcpMux: true, comedia: true });
      const producer = await incoming.produce({
        kind: 'video',
        rtpParameters: {
          codecs: [{ mimeType: 'video/VP8', payloadType: STREAM.payloadType, clockRate: STREAM.clockRate }],
          encodings: [{ ssrc: STREAM.ssrc }],
        },
      });
      return {
        port: incoming.tuple.localPort,
        async watch(port) {
          const outgoing = await router.createPlainTransport({
            listenInfo,
            rtcpMux: true,
            enableSrtp: true,
            srtpCryptoSuite: 'AES_CM_128_HMAC_SHA1_80',
          });
          await outgoing.connect({
            ip: '127.0.0.1',
            port,
            srtpParameters: {
              cryptoSuite: 'AES_CM_128_HMAC_SHA1_80',
              keyBase64: randomBytes(30).toString('base64'),
            },
          });
          await outgoing.consume({ producerId: producer.id, rtpCapabilities });
        },
        async close() {
          router.close();
        },
      };
    },
    close: () => media.close(),
  };
}
