import { io } from 'socket.io-client';
import type { AnswerMode } from '../protocol/consent.ts';
import { SIGNALLING, type SignallingSocket } from '../protocol/customer-end/broker-connection.ts';
import { CustomerEnd } from '../protocol/customer-end/customer-end.ts';
import type { CustomerEndParts } from '../protocol/customer-end/customer-end-parts.ts';
import { allowsTool } from '../protocol/customer-end/customers-hand.ts';
import type { CustomerYes, LocalCommand, LocalState } from '../protocol/local-page.ts';
import { openLaneSocket } from './connection/lane-socket.ts';
import type { ServerAddress } from './connection/server-address.ts';
import type { CustomerDesk, CustomerFile } from './consent/customer-desk.ts';
import type { Desktop } from './desktop.ts';
import { placesOnDisk } from './files/places-on-disk.ts';
import { nodeDigests, type SessionKey } from './session-key.ts';
import { type CarriedVoice, PageVoice, type VoicePage } from './voice/page-voice.ts';

const NEEDS_A_PAGE =
  'To talk, a page of this program has to use your microphone. Start it without --terminal and --allow.';
const PAGE_LEFT =
  'The page on which you talked was closed or loaded anew, so nobody hears you any more. To talk again, switch on “Talk with you”.';

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

/** The customer's end of a session on their own computer: its desktop, its disk, and the voice in one of its pages. */
export class AgentSession extends CustomerEnd<CustomerFile> implements CustomerDesk {
  readonly #voice: PageVoice;

  constructor({ server, receivedFolder, ...parts }: SessionParts) {
    const voice = new PageVoice((onPurpose) => this.#voiceLeft(onPurpose));
    super({
      ...parts,
      kind: 'native',
      socket: openSocket(server, parts.agentToken),
      api: (path) => server.api(path),
      openLane: (ticket) => openLaneSocket(server.lane(ticket)),
      openMedia: (pass, signal) => voice.open(pass, signal),
      voice,
      places: placesOnDisk(receivedFolder),
      digests: nodeDigests,
    });
    this.#voice = voice;
  }

  override state(): LocalState | undefined {
    const state = super.state();
    const talksOn = this.#voice.pageId;
    return state && talksOn !== undefined ? { ...state, talksOn } : state;
  }

  /** A yes to the voice counts from the page that will carry it: allowed without one, nobody could talk. */
  override command(command: LocalCommand, mode: AnswerMode): boolean {
    if (!allowsTool(command, 'voice')) return super.command(command, mode);
    this.complain(NEEDS_A_PAGE);
    return false;
  }

  carryVoice(page: VoicePage, yes: CustomerYes): CarriedVoice | undefined {
    const carried = this.#voice.carry(page);
    // A yes of another's hand gives the microphone to no page, also where the voice is allowed already.
    if (super.command(yes, 'person') && this.allows('voice')) return carried;
    if (carried) this.#voice.release();
    return undefined;
  }

  /** What was allowed to one page is not allowed to whichever comes next. */
  #voiceLeft(onPurpose: boolean): void {
    this.command({ type: 'tool.stop', tool: 'voice' }, 'person');
    if (!onPurpose) this.complain(PAGE_LEFT);
  }
}

function openSocket(server: ServerAddress, agentToken: string): SignallingSocket {
  const options = { ...SIGNALLING.options(agentToken), perMessageDeflate: false as never };
  return io(server.signalling, options as Parameters<typeof io>[1]);
}
