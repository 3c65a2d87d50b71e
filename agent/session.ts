import { io } from 'socket.io-client';
import { SIGNALLING, type SignallingSocket } from '../protocol/customer-end/broker-connection.ts';
import { CustomerEnd } from '../protocol/customer-end/customer-end.ts';
import type { CustomerEndParts } from '../protocol/customer-end/customer-end-parts.ts';
import { openLaneSocket } from './connection/lane-socket.ts';
import type { ServerAddress } from './connection/server-address.ts';
import type { CustomerDesk, CustomerFile } from './consent/customer-desk.ts';
import type { Desktop } from './desktop.ts';
import { placesOnDisk } from './files/places-on-disk.ts';
import { nodeDigests, type SessionKey } from './session-key.ts';

export interface SessionParts {
  readonly server: ServerAddress;
  readonly sessionId: string;
  readonly agentToken: string;
  readonly desktop: Desktop;
  /** The folder that received files go into. */
  readonly receivedFolder: string;
  /** What this end signs its account with, where it joined with one. */
  readonly key?: SessionKey;
  readonly inherits?: CustomerEndParts<CustomerFile>['inherits'];
  readonly graceMs?: number | undefined;
}

/** The customer's end of a session on their own computer: its desktop, its disk. */
export class AgentSession extends CustomerEnd<CustomerFile> implements CustomerDesk {
  constructor({ server, receivedFolder, ...parts }: SessionParts) {
    super({
      ...parts,
      kind: 'native',
      socket: openSocket(server, parts.agentToken),
      api: (path) => server.api(path),
      openLane: (ticket) => openLaneSocket(server.lane(ticket)),
      places: placesOnDisk(receivedFolder),
      digests: nodeDigests,
    });
  }
}

function openSocket(server: ServerAddress, agentToken: string): SignallingSocket {
  const options = { ...SIGNALLING.options(agentToken), perMessageDeflate: false as never };
  return io(server.signalling, options as Parameters<typeof io>[1]);
}
