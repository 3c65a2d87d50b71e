import type { z } from 'zod';
import type { SessionStop } from '../agent-messages.ts';
import type { AgentKind } from '../computer.ts';
import type { AnswerMode } from '../consent.ts';
import type { LocalCommand, LocalState } from '../local-page.ts';
import { OPEN_STATUSES } from '../session.ts';
import type { AgentSessionState } from '../session-state.ts';
import { TOOLS, type Tool } from '../tool.ts';
import type { NoMicrophone } from '../voice.ts';
import { Account } from './account.ts';
import { Answers } from './answers.ts';
import { type BrokerRefusal, NoAnswer } from './broker-answer.ts';
import { Chat } from './chat.ts';
import type { CustomerDesktop, CustomerEndParts, CustomerVoice } from './customer-end-parts.ts';
import { givesMore, NotTheCustomer, notYourHand, notYourWords } from './customers-hand.ts';
import { type Ending, endedState } from './ending.ts';
import { SessionFiles } from './files/session-files.ts';
import { HandingOver } from './handing-over.ts';
import type { LeftLane } from './kept-end.ts';
import { KeptReceipt } from './kept-receipt.ts';
import type { LaneChannel } from './lane-channel.ts';
import { LaneBroken, type LaneOf, Lanes } from './lanes.ts';
import { SignalledMedia } from './media-signal.ts';
import { isGranted, OwnGrants } from './own-grants.ts';
import { Passings } from './passings.ts';
import { shownIn } from './session-key.ts';
import { SessionLink } from './session-link.ts';
import { ToldSurface } from './told-surface.ts';
import { Watchers } from './watchers.ts';

type StopReason = z.infer<typeof SessionStop>['reason'];

/**
 * One support session at the customer's end, whatever it runs in. What the customer decides holds here first and is then
 * told to the broker, again and again until its state agrees; what the broker says can only narrow it.
 */
export class CustomerEnd<Own> {
  /** Resolves once, when everything is closed and the broker was told or cannot be. */
  readonly ended: Promise<Ending>;
  readonly #kind: AgentKind;
  readonly #link: SessionLink;
  readonly #desktop: CustomerDesktop;
  readonly #voice: CustomerVoice | undefined;
  readonly #grants: OwnGrants;
  readonly #account: Account;
  readonly #answers: Answers;
  readonly #watchers: Watchers;
  readonly #passings: Passings;
  readonly #lanes: Lanes;
  readonly #chat: Chat;
  readonly #files: SessionFiles<Own>;
  /** What of this computer is shown, where the customer chooses it. */
  readonly surface: ToldSurface;
  /** Fetched when it is over, by whoever waits for the end. */
  readonly receipt: KeptReceipt;
  readonly #listeners = new Set<() => void>();
  readonly #media: SignalledMedia;
  readonly #handingOver: HandingOver;
  #inherits: CustomerEndParts<Own>['inherits'];
  #state: AgentSessionState | undefined;
  #problem: string | undefined;
  #over = false;
  #wentOn = false;
  /** Screen, input and files are closed: settled some moments after `#halt`. */
  #closed: Promise<unknown> = Promise.resolve();
  #finish!: (ending: Ending) => void;

  constructor(parts: CustomerEndParts<Own>) {
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#kind = parts.kind;
    this.#desktop = parts.desktop;
    this.#voice = parts.voice;
    this.#desktop.onLost(() => this.#stop('display-lost'));
    this.#link = new SessionLink(parts, {
      state: (state, reconnected) => this.#follow(state, reconnected),
      offered: (pass) => this.#handingOver.holds(pass) || this.#inBackground(this.#lanes.open(pass)),
      media: (news) => this.#media.heard(news),
      changed: () => this.#changed(),
      lost: () => this.#endHere({ status: 'lost', endedBy: 'broker', endReason: 'customer-gone' }),
      dismissed: (refusal) => this.#dismissed(refusal),
    });
    const send = this.#link.send.bind(this.#link);
    this.#media = new SignalledMedia(send);
    const { kept } = parts;
    this.#grants = new OwnGrants(kept?.allowed, kept && ((allowed) => kept.keepAllowed(allowed)));
    this.#account = new Account({
      sessionId: parts.sessionId,
      key: parts.key,
      lastNumber: kept?.lastNumber,
      keepNumber: kept && ((lastNumber) => kept.keepNumber(lastNumber)),
      send,
    });
    for (const lane of kept?.left ?? []) this.#account.say({ type: 'tool.stopped', ...lane });
    this.#answers = new Answers({
      grants: this.#grants,
      decide: (message, says) => this.#account.decide(message, says),
      withdrawn: (tools) => this.#closeTools(tools),
      shown: () => shownIn(this.#state!.card, parts.digests),
    });
    this.#watchers = new Watchers({
      decide: (message, says) => this.#account.decide(message, says),
      digests: parts.digests,
      withdrawn: (watchingId) => this.#lanes.withdrawWatcher(watchingId),
      allowed: kept?.watchers,
      keep: kept && ((watchers) => kept.keepWatchers(watchers)),
    });
    this.#passings = new Passings({
      decide: (message, says) => this.#account.decide(message, says),
      digests: parts.digests,
      technician: kept?.technician,
      keep: kept && ((technician) => kept.keepTechnician(technician)),
    });
    this.receipt = new KeptReceipt(parts, () => this.#changed());
    const allows = (tool: Tool) => this.allows(tool);
    const changed = () => this.#changed();
    this.surface = new ToldSurface(this.#account, send);
    this.#lanes = new Lanes({
      connect: (pass) =>
        pass.path && parts.openMedia ? parts.openMedia(pass, this.#media) : parts.openLane(pass.ticket),
      serve: (of, lane) => this.#serve(of, lane),
      requestPass: (tool) => this.#link.askForLane(tool),
      wantAgain: () => this.#openWantedLanes(),
      allows: (of) => this.#letsUse(of),
      changed,
      opened: (tool, laneId) => this.#account.say({ type: 'tool.started', tool, laneId }),
      closed: (tool, laneId, bytes) => this.#account.say({ type: 'tool.stopped', tool, laneId, ...bytes }),
    });
    this.#inherits = parts.inherits;
    this.#handingOver = new HandingOver({
      account: this.#account,
      lanes: this.#lanes,
      allowed: () => this.#grants.list(),
      send,
      changed,
      canAsk: () => !this.#over && this.#link.status === 'online',
      done: () => this.#leave(),
      failed: (held) => {
        for (const pass of held) this.#inBackground(this.#lanes.open(pass));
        this.#openWantedLanes();
      },
    });
    this.#chat = new Chat(
      { laneNeeded: () => this.#openWantedLanes(), changed },
      parts.inherits !== undefined,
    );
    this.#files = new SessionFiles({
      places: parts.places,
      account: this.#account,
      digests: parts.digests,
      tell: send,
      volunteer: (tool) => this.#answers.volunteer(tool),
      problem: (error) => this.complain(sentenceOf(error)),
      allows,
      changed,
    });
  }

  start(): void {
    this.#link.open();
  }

  state(): LocalState | undefined {
    if (!this.#state) return undefined;
    return {
      agent: this.#kind,
      link: this.#over ? 'over' : this.#link.status,
      ...(this.#over || this.#link.endsAt === undefined ? {} : { offlineEndsAt: this.#link.endsAt }),
      session: this.#state,
      inUse: this.#lanes.inUse(),
      watchedBy: this.#lanes.watchedBy(),
      chat: this.#chat.messages(),
      ...this.#files.state(),
      receipt: this.receipt.standing,
      ...(this.#handingOver.way && { way: this.#handingOver.way }),
      ...(this.#handingOver.isUnderWay && { isHandingOver: true }),
      ...(this.#wentOn && { wentOn: true }),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
  }

  /** What is open now: for an end that goes away and means to come back. */
  openLanes(): LeftLane[] {
    return this.#lanes.now();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  command(command: LocalCommand, mode: AnswerMode): boolean {
    if (command.type === 'folder.open') this.#inBackground(this.#files.openFolder());
    if (this.#over) return true;
    this.#problem = undefined;
    this.#changed();
    if (this.#handingOver.isUnderWay && command.type !== 'stop') {
      this.complain('The program is just taking over. Say it on the page of the program.');
      return false;
    }
    // What was answered in advance was answered before any foreign hand was here.
    if (mode === 'person' && givesMore(command) && !this.yesCounts()) return false;
    switch (command.type) {
      case 'consent.answer':
        this.#answer(command.requestId, command.allowed, mode);
        break;
      case 'tool.allow':
        this.#inBackground(this.#answers.volunteer(command.tool));
        break;
      case 'tool.stop':
        this.#withdraw(command.tool);
        break;
      case 'watching.answer':
        this.#answerWatcher(command.watchingId, command.allow, mode);
        break;
      case 'watching.stop':
        this.#inBackground(this.#watchers.stop(command.watchingId));
        break;
      case 'passing.answer':
        this.#answerPassing(command.passingId, command.allow, mode);
        break;
      case 'stop':
        this.#stop(command.reason);
        break;
      case 'chat.send':
        this.#say(command.text, mode);
        break;
      case 'file.answer':
        this.#files.answer(command.fileId, command.accept, command.forSession);
        break;
      case 'file.cancel':
        this.#files.cancel(command.fileId);
        break;
      case 'microphone.refused':
        void this.tellNoMicrophone(command.reason);
        break;
      case 'hand-over.begin':
        this.#inBackground(this.#handingOver.begin());
        break;
      case 'hand-over.refuse':
        this.#inBackground(this.#handingOver.refuse());
        break;
    }
    return true;
  }

  /** By the customer, and not taken back: what holds here, whatever the broker knows of it. */
  allows(tool: Tool): boolean {
    return !this.#over && !this.#handingOver.isUnderWay && this.#grants.allows(tool);
  }

  /** Who controls this computer can also press what its customer is asked. */
  yesCounts(): boolean {
    if (!this.#desktop.foreignHand.isHere) return true;
    this.complain(notYourHand(this.#technician));
    return false;
  }

  sendFile(file: Own): Promise<void> {
    if (!this.yesCounts()) return Promise.reject(new NotTheCustomer(notYourHand(this.#technician)));
    return this.#files.send(file);
  }

  /** Its browser gave no microphone, so the question for the voice stays open. Only what the technician reads is lost with it. */
  async tellNoMicrophone(reason: NoMicrophone): Promise<void> {
    await this.#link.send({ type: 'microphone.refused', reason }).catch(() => {});
  }

  /** Ends it from outside (a signal, the end of the program): the same as the customer's Stop. */
  stop(): void {
    this.#link.hurry();
    this.#stop('stopped-by-customer');
  }

  get #technician(): string | undefined {
    return this.#state?.card.technician.name;
  }

  #answer(requestId: string, allowed: readonly Tool[], mode: AnswerMode): void {
    const request = this.#state?.pending.find((each) => each.requestId === requestId);
    if (request) this.#inBackground(this.#answers.answer(request, allowed, mode));
    else this.complain('This question is no longer open.');
  }

  #answerWatcher(watchingId: string, allowed: boolean, mode: AnswerMode): void {
    const asked = this.#state?.watchers.find((each) => each.watchingId === watchingId);
    if (asked?.standing !== 'asked') this.complain('This question is no longer open.');
    else if (!this.#watchers.isStill(asked)) this.complain(CHANGED_QUESTION);
    else this.#inBackground(this.#watchers.answer(asked, allowed, mode));
  }

  #answerPassing(passingId: string, allowed: boolean, mode: AnswerMode): void {
    const asked = this.#state?.passing;
    if (asked?.passingId !== passingId) this.complain('This question is no longer open.');
    else if (!this.#passings.isStill(asked)) this.complain(CHANGED_QUESTION);
    else this.#inBackground(this.#passings.answer(asked, allowed, mode));
  }

  /** Somebody helps whom this customer was not asked about: nothing that they allowed was for them. */
  #stopForeigner(technician: string): void {
    for (const tool of this.#grants.list()) this.#withdraw(tool);
    this.complain(`${technician} is here now, and you were not asked. Everything was stopped.`);
  }

  #letsUse({ tool, watchingId }: LaneOf): boolean {
    return this.allows(tool) && (watchingId === undefined || this.#watchers.allows(watchingId));
  }

  /** Here first, then the broker. */
  #withdraw(tool: Tool): void {
    this.#closeTools(this.#grants.withdraw([tool]));
    this.#inBackground(this.#answers.revoke(tool));
  }

  #say(text: string, mode: AnswerMode): void {
    if (!this.#grants.allows('chat')) {
      // Writing to the technician is the customer's own word that they may talk: when it is the customer who writes.
      if (mode === 'person' && this.#desktop.foreignHand.isHere)
        this.complain(notYourWords(this.#technician));
      else this.#inBackground(this.#answers.volunteer('chat'));
    }
    if (!this.#chat.say(text)) this.complain('Too many messages are waiting to be sent.');
  }

  #stop(reason: StopReason): void {
    if (this.#over) return;
    const ending: Ending = { status: 'ended', endedBy: 'customer', endReason: reason };
    this.#halt(ending);
    void this.#link.tellInTheEnd({ type: 'session.stop', reason }).then(() => this.#close(ending));
  }

  #dismissed(refusal: BrokerRefusal): void {
    if (this.#handingOver.explainsDismissal) {
      this.#leave();
      return;
    }
    const known = refusal.code === 'session.over';
    if (!known) this.#problem = refusal.message;
    this.#endHere({ status: known ? 'ended' : 'lost', endedBy: 'broker' });
  }

  #endHere(ending: Ending): void {
    if (this.#over) return;
    this.#halt(ending);
    this.#close(ending);
  }

  /** Another end has the session: this one keeps nothing of it, and has said its last. */
  #leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#wentOn = true;
    this.#grants.withdraw(TOOLS);
    this.#lanes.withdrawAll();
    this.#voice?.release();
    this.#changed();
    void Promise.allSettled([this.#desktop.close(), this.#files.halt()]).then(() => {
      this.#link.close();
      this.#finish({ status: 'active' });
    });
  }

  /** Everything of the customer's stops now, in this tick: what is still queued here is dropped with its lane. */
  #halt(ending: Ending): void {
    this.#over = true;
    this.#grants.withdraw(TOOLS);
    this.#watchers.withdrawAll();
    this.#lanes.withdrawAll();
    this.#voice?.release();
    this.#closed = Promise.allSettled([this.#desktop.close(), this.#files.halt()]);
    if (this.#state && OPEN_STATUSES.includes(this.#state.status))
      this.#state = endedState(this.#state, ending);
    this.#changed();
  }

  #close(ending: Ending): void {
    void this.#closed
      .then(() => this.#account.close(ending))
      .then(() => {
        this.#link.close();
        this.#finish(ending);
      });
  }

  #follow(state: AgentSessionState, reconnected: boolean): void {
    if (this.#over) return;
    const before = this.#technician;
    this.#state = state;
    if (!OPEN_STATUSES.includes(state.status)) {
      this.#endHere(state);
      return;
    }
    if (reconnected) this.#account.again();
    this.#inherit(state);
    this.#closeTools(this.#answers.reconcile(state, reconnected));
    this.#watchers.reconcile(state, reconnected);
    if (!this.#passings.follow(state, reconnected)) this.#stopForeigner(state.card.technician.name);
    if (before !== undefined && before !== this.#technician) this.#files.askAgain();
    this.#files.follow(state.files, reconnected);
    if (state.status === 'active' && isGranted(state, 'view') && this.#grants.allows('view'))
      this.#desktop.prepare();
    this.#openWantedLanes();
    if (reconnected) this.#inBackground(this.surface.again());
    this.#handingOver.follow(state, reconnected);
    this.#changed();
  }

  /** What the end before this one vouches for, once: the broker knows it already. */
  #inherit({ handedOver }: AgentSessionState): void {
    const inherits = this.#inherits;
    if (!handedOver || !inherits) return;
    this.#inherits = undefined;
    const tools = inherits(handedOver);
    this.#grants.allow(tools);
    this.#grants.told(tools);
  }

  /** Gives a lane to the part of this end that serves its tool. */
  async #serve({ tool, watchingId }: LaneOf, lane: LaneChannel): Promise<void> {
    switch (tool) {
      case 'view':
      case 'control':
      case 'clipboard':
        await this.#desktop.serve(tool, lane, watchingId === undefined ? 'technician' : 'watcher');
        break;
      case 'chat':
        this.#chat.attach(lane);
        break;
      case 'voice':
        if (!this.#voice) throw new Error('There is no microphone here.');
        this.#voice.serve(lane);
        break;
      case 'file-upload':
      case 'file-download':
        this.#files.attach(tool, lane);
        break;
    }
  }

  #closeTools(tools: readonly Tool[]): void {
    for (const tool of tools) this.#lanes.withdraw(tool);
    if (tools.includes('voice')) this.#voice?.release();
    if (tools.includes('view')) {
      // Who watches was allowed to see what is shown now: of another time they are asked about anew.
      this.#watchers.withdrawAll();
      this.surface.forget();
      this.#inBackground(this.#desktop.closeScreen());
    }
    if (tools.length > 0) this.#changed();
  }

  /** Lanes that this end has something for. While the broker is away nothing happens: its next state comes here again. */
  #openWantedLanes(): void {
    const state = this.#state;
    if (this.#over || this.#link.status !== 'online' || state?.status !== 'active') return;
    const wanted: [Tool, boolean][] = [
      ['chat', this.#chat.waiting],
      ['file-download', this.#files.waiting],
    ];
    for (const [tool, waiting] of wanted)
      if (waiting && this.#grants.allows(tool) && isGranted(state, tool))
        this.#inBackground(this.#lanes.want(tool));
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      // A broken network is shown as such, and tried again: nobody here can do anything about it.
      if (!(error instanceof NoAnswer) && !(error instanceof LaneBroken)) this.complain(sentenceOf(error));
    });
    this.#changed();
  }

  /** Tells the customer what went wrong. */
  complain(sentence: string): void {
    if (this.#over) return;
    this.#problem = sentence;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

const CHANGED_QUESTION = 'This question became another one while it stood. Nothing was answered.';

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
