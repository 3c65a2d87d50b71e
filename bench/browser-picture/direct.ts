import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { newPerson } from '../../test/support/browser.ts';
import { nameNothing } from './read-stamp.ts';

/** The peer: the same tab shown by one page to another one directly, with nothing between them. @returns who watches */
export async function connectDirectly(customer: Page, staff: Browser): Promise<Page> {
  const { page: watcher } = await newPerson(staff, { width: 1920, height: 1080 });
  // Only a page of this machine, or one by https, may show anything.
  const server = createServer((_, response) =>
    response
      .setHeader('content-type', 'text/html')
      .end('<button>Show</button><video autoplay muted></video>'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const page of [customer, watcher]) await page.goto(`http://127.0.0.1:${port}/`);
  server.close();
  for (const page of [customer, watcher]) await nameNothing(page);
  const offer = customer.evaluate(async () => {
    await new Promise((resolve) => document.querySelector('button')!.addEventListener('click', resolve));
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 30 } } });
    const [track] = stream.getVideoTracks();
    track!.contentHint = 'detail';
    const connection = new RTCPeerConnection();
    Object.assign(window, { connection });
    // As ours sends it; TypeScript's own types lack the mode (W3C webrtc-svc).
    const encoding: RTCRtpEncodingParameters & { scalabilityMode: string } = { scalabilityMode: 'L1T3' };
    const sending = connection.addTransceiver(track!, { direction: 'sendonly', sendEncodings: [encoding] });
    const { codecs } = RTCRtpSender.getCapabilities('video')!;
    const isOurs = ({ mimeType }: { mimeType: string }) => mimeType === 'video/AV1';
    sending.setCodecPreferences([...codecs.filter(isOurs), ...codecs.filter((codec) => !isOurs(codec))]);
    await connection.setLocalDescription();
    await new Promise<void>((resolve) => {
      const look = () => connection.iceGatheringState === 'complete' && resolve();
      connection.addEventListener('icegatheringstatechange', look);
      look();
    });
    return connection.localDescription!.sdp;
  });
  await customer.getByRole('button').click();
  const answer = await watcher.evaluate(
    async (sdp) => {
      const connection = new RTCPeerConnection();
      Object.assign(window, { connection });
      connection.ontrack = ({ streams, track }) => {
        document.querySelector('video')!.srcObject = streams[0] ?? new MediaStream([track]);
      };
      await connection.setRemoteDescription({ type: 'offer', sdp });
      await connection.setLocalDescription();
      await new Promise<void>((resolve) => {
        const look = () => connection.iceGatheringState === 'complete' && resolve();
        connection.addEventListener('icegatheringstatechange', look);
        look();
      });
      return connection.localDescription!.sdp;
    },
    await offer,
  );
  await customer.evaluate(
    (sdp) =>
      (window as unknown as { connection: RTCPeerConnection }).connection.setRemoteDescription({
        type: 'answer',
        sdp,
      }),
    answer,
  );
  await watcher.waitForFunction(() => document.querySelector('video')!.videoWidth > 0);
  return watcher;
}
