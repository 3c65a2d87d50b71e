import { z } from 'zod';
import type { AgentKind } from '../../protocol/computer.ts';
import type { FromConsole, ToConsole } from '../../protocol/console-messages.ts';
import type { FileTool } from '../../protocol/file-messages.ts';
import { LanePass } from '../../protocol/lane.ts';
import { isMediaNews } from '../../protocol/media.ts';
import { OPEN_STATUSES } from '../../protocol/session.ts';
import { ConsoleSessionState } from '../../protocol/session-state.ts';
import { choosesAgain } from '../../protocol/surface.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import { asProblem, Problem } from '../shared/api.ts';
import { FileExchange, type FileMessage } from '../shared/file-transfer/file-exchange.ts';
import { type LaneChannel, SocketLane } from '../shared/lane-channel.ts';
import type { Answer, Live } from '../shared/live.ts';
import { MediaChannel } from '../shared/media/media-channel.ts';
import { prepareMedia } from '../shared/media/media-client.ts';
import { SessionStore } from '../shared/session-store.ts';
import { type Store, WritableStore } from '../shared/store.ts';
import { t } from '../shared/strings.ts';
import { VoiceEnd } from '../shared/voice/voice-end.ts';
import type { SessionAccount } from './account.ts';
import { Chat } from './chat.ts';
import { Desktop } from './desktop.ts';
import { IdleLanes } from './idle-lanes.ts';
import { chatOfTab } from './kept-chat.ts';
import { leftBehind } from './left-behind.ts';
import { SessionLanes } from './session-lanes.ts';
import { SharedClipboard } from './shared-clipboard.ts';

/** A message about this session, without saying which. */
type About<Message> = Message extends { sessionId: string } ? Omit<Message, 'sessionId'> : never;

export const isGranted = (state: ConsoleSessionState, tool: Tool): boolean =>
  state.tools[tool].standing === 'granted' || state.tools[tool].standing === 'in-use';

const FILE_TOOLS: readonly FileTool[] = ['file-upload', 'file-download'];

/** Everything that a technician's page does in one session: follows it, holds its lanes, asks and answers. */
export class SupportSession {
  readonly sessionId: string;
  readonly chat: Chat;
  readonly clipboard: SharedClipboard;
  readonly desktop = new Desktop();
  readonly files: FileExchange;
  readonly lanes: SessionLanes;
  readonly voice = new VoiceEnd();
  readonly state: Store<ConsoleSessionState | undefined>;
  readonly #problem = new WritableStore<Problem | undefined>(undefined);
  /** Why it cannot be followed: over and forgotten, somebody else's, no such session. */
  readonly problem: Store<Problem | undefined> = this.#problem;
  readonly #passedTo = new WritableStore<string | undefined>(undefined);
  /** Who has it now, once it was passed on. */
  readonly passedTo: Store<string | undefined> = this.#passedTo;
  readonly #live: Live;
  readonly #account: SessionAccount;
  readonly #store: SessionStore<ConsoleSessionState>;
  readonly #stops: (() => void)[];
  #agent: AgentKind | undefined;
  readonly #idle: IdleLanes;

  constructor(live: Live, account: SessionAccount, sessionId: string) {
    this.#live = live;
    this.#account = account;
    this.sessionId = sessionId;
    this.chat = new Chat(chatOfTab(sessionId));
    this.#store = new SessionStore(sessionId);
    this.state = this.#store.state;
    this.lanes = new SessionLanes({
      requestPass: async (tool) => LanePass.parse(await this.send({ type: 'lane.open', tool })),
      connect: (pass) => this.#connect(pass),
      serve: (lane) => this.#serve(lane),
    });
    const left = leftBehind('files', sessionId, z.uuid());
    const leave = () => left.note(this.files.held());
    this.files = new FileExchange({
      left: left.take(),
      tell: (message) => this.#tellOfFile(message),
      laneNeeded: (tool) => this.#needLane(tool),
    });
    this.clipboard = new SharedClipboard({
      laneNeeded: () => this.#needClipboard(),
      changed: () => this.#idle.look('clipboard'),
    });
    this.#idle = new IdleLanes({
      isOpen: (tool) => this.lanes.open.get().has(tool),
      isBusy: (tool) => this.#isBusy(tool),
      release: (tool) => this.#release(tool),
    });
    for (const tool of ['view', 'chat', 'control'] as const) this.lanes.want(tool);
    window.addEventListener('pagehide', leave);
    this.#stops = [
      () => window.removeEventListener('pagehide', leave),
      live.onMessage((message) => this.#receive(message)),
      live.status.subscribe(() => this.#online()),
      this.state.subscribe(() => this.#settle()),
    ];
    this.#online();
  }

  /** Says something about this session; refusals are thrown as a Problem. */
  async send(message: About<FromConsole>): Promise<Answer> {
    return this.#live.request({ ...message, sessionId: this.sessionId } as FromConsole);
  }

  /** Lets the computer in that joined. */
  async admit(): Promise<void> {
    await this.#account.admit(this.state.get()?.customerKey, (signature) =>
      this.send({ type: 'session.admit', ...signature }),
    );
  }

  /**
   * Leaves the page of the session. An open one stays watched, so that the broker does not take its technician for
   * gone while they look something up: it ends when they end it, or when the whole console is closed.
   */
  close(): void {
    for (const stop of this.#stops) stop();
    this.#idle.close();
    this.files.close();
    this.lanes.close();
    this.desktop.close();
    this.voice.release();
  }

  #online(): void {
    if (this.#passedTo.get() !== undefined) return;
    if (this.#live.status.get() !== 'online') {
      this.#settle();
      return;
    }
    this.send({ type: 'session.watch' }).then(
      (answer) => {
        const state = ConsoleSessionState.safeParse(answer.state);
        if (state.success) {
          this.#problem.set(undefined);
          if (state.data.earlier) this.#account.goOn(state.data.customerKey);
          this.#store.watched(state.data);
        } else this.#problem.set(new Problem('unreadable', t.problems.unreadable));
      },
      (thrown: unknown) => {
        const problem = asProblem(thrown);
        if (problem.code !== 'unreachable') this.#problem.set(problem);
      },
    );
  }

  #receive(message: ToConsole): void {
    if (message.type === 'session.state') this.#store.pushed(message.state);
    if (message.type === 'session.passed' && message.sessionId === this.sessionId) {
      this.#passedTo.set(message.to);
      this.chat.forget();
      this.#settle();
    }
    if (message.type === 'lane.offered' && message.sessionId === this.sessionId)
      this.lanes.offered(message.pass);
  }

  /** Lanes follow the state: what is granted while both sides are there may be open, nothing else. */
  #settle(): void {
    const state = this.state.get();
    // A program took over: it knows nothing of what was written to the browser.
    if (this.#agent === 'browser' && state?.agent?.kind === 'native') this.chat.retell();
    this.#agent = state?.agent?.kind ?? this.#agent;
    if (state?.agent?.webrtc) prepareMedia();
    if (state !== undefined && !OPEN_STATUSES.includes(state.status)) {
      this.chat.forget();
      this.#account.ended(state);
    }
    if (state?.status !== 'active' || this.#passedTo.get() !== undefined) {
      this.lanes.allow(new Set());
      this.voice.release();
      return;
    }
    if (!isGranted(state, 'voice')) this.voice.release();
    // Sound has one way: while that is barred it is not asked for. Nor before the customer's page has its microphone.
    if (state.voice) this.lanes.unwant('voice');
    else this.lanes.want('voice');
    const isTogether = this.#isTogether(state);
    const granted = TOOLS.filter(
      (tool) => isGranted(state, tool) && !(tool === 'view' && choosesAgain(state)),
    );
    if (!isGranted(state, 'clipboard')) {
      this.clipboard.forget();
      this.lanes.unwant('clipboard');
    }
    // A program keeps both clipboards alike, all the time; a browser gives and takes by presses.
    if (state.agent?.kind === 'native') this.lanes.want('clipboard');
    if (isTogether) this.lanes.allow(new Set(granted));
    // While somebody is away, an open lane may still be good (only signalling broke): it is not thrown away.
    else this.lanes.restrict(new Set(granted));
    this.desktop.useControl(isGranted(state, 'control'));
    this.files.follow(state.files);
    for (const tool of FILE_TOOLS) this.#idle.look(tool);
  }

  async #tellOfFile(message: FileMessage): Promise<void> {
    if (message.type !== 'file.finished') await this.send(message);
    else {
      const file = this.state.get()?.files.find(({ fileId }) => fileId === message.fileId);
      await this.#account.finish(message, file, (signed) => this.send(signed));
    }
  }

  #isTogether(state: ConsoleSessionState): boolean {
    return this.#live.status.get() === 'online' && state.presence.customer === 'here';
  }

  #needLane(tool: Tool): void {
    this.#idle.needed(tool);
    this.lanes.want(tool);
  }

  #needClipboard(): boolean {
    const state = this.state.get();
    if (state?.agent?.kind !== 'browser' || !this.#isTogether(state)) return false;
    this.#needLane('clipboard');
    return true;
  }

  #isBusy(tool: Tool): boolean {
    const state = this.state.get();
    if (tool === 'clipboard') return state?.agent?.kind === 'native' || this.clipboard.isBusy;
    return state?.files.some((file) => file.tool === tool && file.standing === 'accepted') ?? false;
  }

  #release(tool: Tool): void {
    this.lanes.unwant(tool);
    // Refused when the session ended meanwhile: then the lane is gone anyway.
    this.send({ type: 'lane.close', tool }).catch(() => {});
  }

  #connect(pass: LanePass): LaneChannel {
    if (pass.path === undefined) return new SocketLane(pass);
    return new MediaChannel(pass, {
      ask: (message) => this.send(message),
      onNews: (listener) =>
        this.#live.onMessage((message) => {
          if (isMediaNews(message) && message.sessionId === this.sessionId) listener(message);
        }),
    });
  }

  #serve(lane: LaneChannel): void {
    switch (lane.tool) {
      case 'view':
      case 'control':
        this.desktop.serve(lane, this.state.get()?.agent?.kind ?? 'native');
        break;
      case 'clipboard':
        this.clipboard.serve(lane);
        break;
      case 'chat':
        this.chat.serve(lane);
        break;
      case 'file-upload':
      case 'file-download':
        this.files.serve(lane);
        break;
      case 'voice':
        if (lane instanceof MediaChannel) this.#talk(lane);
        break;
    }
    this.#account.follow(lane);
  }

  /** The technician's own browser may ask now; until it gives a microphone they listen. */
  #talk(lane: MediaChannel): void {
    const { voice } = this;
    lane.onOpen = () => {
      voice.serve(lane);
      if (!voice.hasMicrophone) voice.pressMicrophone();
    };
    lane.onClose = () => voice.leave(lane);
  }
}
