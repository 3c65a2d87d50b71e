/**
 * Serves the screen of $DISPLAY over a bare WebSocket on 127.0.0.1, as a VNC server behind websockify would.
 * Prints its address on one line. `node --import tsx bench/screen/serve-screen.ts [port]`
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { X11Screen } from '../../agent/platform/x11/x11-screen.ts';
import { ScreenSharing } from '../../agent/screen/screen-sharing.ts';
import { websocketLane } from './websocket-lane.ts';

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
  perMessageDeflate: false,
});
await once(server, 'listening');
const sharing = await ScreenSharing.start({
  openScreen: (events) => X11Screen.open(events),
  name: 'bench',
  lost: (reason) => {
    console.error(`lost: ${reason}`);
    process.exit(1);
  },
  refused: (lane, reason) => console.error(`${lane} lane refused: ${reason}`),
});
server.on('connection', (socket) => sharing.attachView(websocketLane(socket)));
process.on('SIGTERM', () => process.exit(0));
console.log(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
