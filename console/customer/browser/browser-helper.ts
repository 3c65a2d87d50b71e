import { io } from 'socket.io-client';
import { SIGNALLING, type SignallingSocket } from '../../../protocol/customer-end/broker-connection.ts';
import { CustomerEnd } from '../../../protocol/customer-end/customer-end.ts';
import type { SessionKey } from '../../../protocol/customer-end/session-key.ts';
import type { HandOverWay } from '../../../protocol/hand-over.ts';
import type { LocalCommand } from '../../../protocol/local-page.ts';
import { canPickSaveTarget } from '../../shared/file-transfer/save-target.ts';
import { prepareMedia } from '../../shared/media/media-client.ts';
import { PageMediaLane } from '../../shared/media/page-media-lane.ts';
import { encodableCodecs } from '../../shared/picture-codecs.ts';
import { type Store, WritableStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import { VoiceEnd } from '../../shared/voice/voice-end.ts';
import type { CustomerLink, HelperView, KeptReading, SendOutcome } from '../local/customer-link.ts';
import { AskingBrowser } from './asking-browser.ts';
import { BrowserDesktop } from './browser-desktop.ts';
import { ClipboardHere } from './clipboard-here.ts';
import { customerVoice } from './customer-voice.ts';
import {
  forgetSession,
  type KeptSession,
  keepSession,
  keepUsed,
  keptEnd,
  keptReading,
  keptSession,
} from './kept-session.ts';
import { openLane } from './lane-socket.ts';
import { forgetLeaving, noteLeaving } from './left-session.ts';
import { pageDigests } from './page-digests.ts';
import { forgetPageKey } from './page-key.ts';
import { PlacesInBrowser } from './places-in-browser.ts';

export interface BrowserHelperParts {
  readonly session: KeptSession;
  readonly key: SessionKey | undefined;
}

/** The agent in the page itself. It does what the program does, with what a browser lets it have. */
export class BrowserHelper implements CustomerLink {
  readonly #view = new WritableStore<HelperView>({ helper: 'connecting', state: undefined });
  readonly view: Store<HelperView> = this.#view;
  readonly #end: CustomerEnd<File>;
  readonly #desktop: BrowserDesktop;
  readonly #places = new PlacesInBrowser();
  readonly #isShowing = new WritableStore(false);
  /** Something of this computer can be seen, or could be as soon as a technician looks. */
  readonly isShowing: Store<boolean> = this.#isShowing;
  readonly #key: SessionKey | undefined;
  readonly voice = new VoiceEnd();
  readonly clipboard = new ClipboardHere({
    unreadable: () => this.#end.complain(t.clipboard.customer.unreadable),
    laneNeeded: () => this.#end.pressed(),
    isAllowed: () => this.#end.allows('clipboard'),
  });
  readonly reading: KeptReading;
  readonly #asking: AskingBrowser;
  #technician: string | undefined;

  /** Resolves when it is over and everything was said. */
  readonly ended: Promise<unknown>;

  constructor({ session, key }: BrowserHelperParts) {
    const { sessionId, agentToken } = session;
    this.#key = key;
    this.reading = keptReading(session);
    this.#desktop = new BrowserDesktop({
      stoppedThere: () => this.#end.command({ type: 'tool.stop', tool: 'view' }, 'person'),
      noCodec: () => this.#end.complain(t.customer.browser.noCodec),
      clipboard: this.clipboard,
    });
    this.#end = new CustomerEnd({
      kind: 'browser',
      sessionId,
      agentToken,
      key,
      socket: io(SIGNALLING.namespace, SIGNALLING.options(agentToken)) as SignallingSocket,
      api: (path) => new URL(path, window.location.href),
      openLane,
      openMedia: (pass, signal) => PageMediaLane.open(pass, signal),
      desktop: this.#desktop,
      voice: customerVoice(this.voice),
      places: this.#places,
      digests: pageDigests,
      kept: keptEnd(session),
      awaitsPress: (tool) =>
        tool === 'view' ? !this.#desktop.surface : tool === 'voice' && !this.voice.hasMicrophone,
    });
    this.#asking = new AskingBrowser(this.#end, this.#desktop, this.voice, () => this.#show());
    const used = () => this.#end.state()?.used ?? session.used;
    const leave = () => {
      keepSession({ ...(keptSession() ?? session), used: used(), left: this.#end.openLanes() });
      noteLeaving(session.code);
    };
    window.addEventListener('pagehide', leave);
    const stopKeeping = keepUsed(session.used, used);
    this.#end.onChange(() => this.#show());
    this.voice.view.subscribe(() => {
      this.#show();
      if (this.voice.hasMicrophone) this.#end.pressed();
    });
    this.ended = this.#end.ended.then(async () => {
      window.removeEventListener('pagehide', leave);
      stopKeeping();
      forgetSession();
      forgetLeaving();
      if (key) void forgetPageKey(key.signingKey);
      this.#places.close();
      // Where it goes on, the program gets it.
      if (!this.#end.state()?.wentOn) await this.#end.receipt.fetch();
    });
    this.#end.start();
    // While its customer reads what they are asked, and not before: what they wait for comes first.
    const stop = this.#view.subscribe(() => {
      if (this.#view.get().state === undefined) return;
      stop();
      afterPaint(() => {
        void encodableCodecs();
        if ('RTCPeerConnection' in window) prepareMedia();
      });
    });
  }

  /** A yes to the screen or the voice lets the browser ask at once for what it takes: it does so only in answer to a press. */
  send(command: LocalCommand): boolean {
    this.voice.wake();
    if (this.#asking.isNeededFor(command)) {
      void this.#asking.allow(command);
      return true;
    }
    if (command.type === 'file.answer' && command.accept) return this.#acceptFile(command);
    return this.#end.command(command, 'person');
  }

  /** A file that comes needs a place, one that was asked for has to be looked for; both dialogs open only from a press. */
  #acceptFile(command: Extract<LocalCommand, { type: 'file.answer' }>): boolean {
    const { fileId } = command;
    const file = this.#view.get().state?.session.files.find((each) => each.fileId === fileId);
    const take = () => this.#end.command(command, 'person');
    if (file?.tool === 'file-download')
      void this.#places.chooseFile(fileId).then((isChosen) => isChosen && take());
    else if (file && !command.forSession && canPickSaveTarget())
      void this.#places.chooseTarget(fileId, file.name ?? '').then((isChosen) => isChosen && take());
    else return take();
    return true;
  }

  /** Something else than before, or again after the page was loaded anew; only in answer to a press. */
  readonly choose = (): void => {
    this.voice.wake();
    void this.#asking.choose();
  };

  async sendFile(file: File): Promise<SendOutcome> {
    try {
      await this.#end.sendFile(file);
      return 'sent';
    } catch {
      // Why not, the state says of each file.
      return 'failed';
    }
  }

  /** With this end's key: whoever comes by it believes what is signed with that, and no other word of what is allowed. */
  ticketOf({ ticket }: HandOverWay): string {
    if (!this.#key) return ticket;
    const key = this.#key.signingKey.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    return `${ticket}.${key}`;
  }

  async receipt(): Promise<string | undefined> {
    return this.#end.receipt.text;
  }

  #show(): void {
    const state = this.#end.state();
    this.#asking.follow();
    this.#isShowing.set(this.#desktop.surface !== undefined);
    const technician = state?.session.card.technician.name;
    // What one technician sent, or is to get, is not another's.
    if (!this.#end.allows('clipboard') || technician !== this.#technician) this.clipboard.forget();
    this.#technician = technician;
    if (!state) return;
    // A microphone that was unplugged carries nothing over its lane.
    const inUse = state.inUse.filter((tool) => tool !== 'voice' || this.voice.hasMicrophone);
    this.#view.set({ helper: 'here', state: { ...state, inUse }, browserAsks: this.#asking.what });
  }
}

/** Once what is there now can be seen. */
const afterPaint = (then: () => void) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(then)));
