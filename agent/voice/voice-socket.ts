import type { WebSocket } from 'ws';
import { FromVoicePage, LET_GO } from '../../protocol/local-voice.ts';
import type { CustomerDesk } from '../consent/customer-desk.ts';
import type { CarriedVoice } from './page-voice.ts';

/** Takes on a page that says that it has the customer's microphone, for as long as its connection is open. */
export function carryVoice(desk: CustomerDesk, socket: WebSocket): void {
  let carried: CarriedVoice | undefined;
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? undefined : parse(String(data));
    if (message === undefined || (message.type === 'voice.carry') === (carried !== undefined))
      return socket.close(1008, 'not what a page says');
    if (message.type !== 'voice.carry') return carried?.heard(message);
    const page = {
      pageId: message.pageId,
      tell: (said: object) => socket.send(JSON.stringify(said)),
      dismiss: () => socket.close(),
    };
    carried = desk.carryVoice(page, message.yes);
    if (!carried) socket.close();
  });
  socket.on('error', () => socket.terminate());
  socket.once('close', (code) => carried?.left(code === LET_GO));
}

function parse(text: string): FromVoicePage | undefined {
  try {
    return FromVoicePage.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
