import type { z } from 'zod';
import type { SessionStop } from '../protocol/agent-messages.ts';
import type { AnswerMode } from '../protocol/consent.ts';
import type { LocalCommand, LocalState } from '../protocol/local-page.ts';
import { OPEN_STATUSES } from '../protocol/session.ts';
import type { AgentSessionState } from '../protocol/session-state.ts';
import { TOOLS, type Tool } from '../protocol/tool.ts';
import { Account } from './account.ts';
import { Answers } from './answers.ts';
import { Chat } from './chat/chat.ts';
import { type BrokerRefusal, NoAnswer } from './connection/broker-connection.ts';
import { SessionLink, type SessionLinkOptions } from './connection/session-link.ts';
import type { CustomerDesk, CustomerFile } from './consent/customer-desk.ts';
import { givesMore, NotTheCustomer, notYourHand, notYourWords } from './consent/foreign-hand.ts';
import type { Desktop } from './desktop.ts';
import { SessionFiles } from './files/session-files.ts';
import { KeptReceipt } from './kept-receipt.ts';
import { LaneBroken, Lanes } from './lanes.ts';
import { isGranted, OwnGrants } from './own-grants.ts';
import { serveLane } from './serve-lane.ts';
import { describeEnding, type Ending, endedState, type SessionEnding } from './session-ending.ts';
import { type SessionKey, shownIn } from './session-key.ts';

type StopReason = z.infer<typeof SessionStop>['reason'];

export interface SessionParts extends SessionLinkOptions {
  readonly desktop: Desktop;
  /** The folder that received files go into. */
  readonly receivedFolder: string;
  /** What this end signs its account with, where it joined with one. */
  readonly key?: SessionKey;
}

/**
 * One support session at the customer's end. What the customer decides holds here first and is then told to the broker,
 * again and again until its state agrees; what the broker says can only narrow it.
 */
export class AgentSession implements CustomerDesk {
  /** Resolves once, when everything is closed and the broker was told or cannot be. */
  readonly ended: Promise<SessionEnding>;
  readonly #link: SessionLink;
  readonly #desktop: Desktop;
  readonly #grants = new OwnGrants();
  readonly #account: Account;
  readonly #answers: Answers;
  readonly #lanes: Lanes;
  readonly #chat: Chat;
  readonly #files: SessionFiles;
  /** Fetched when it is over, by whoever waits for the end. */
  readonly receipt: KeptReceipt;
  readonly #listeners = new Set<() => void>();
  #state: AgentSessionState | undefined;
  #problem: string | undefined;
  #over = false;
  /** Screen, input and files are closed: settled some moments after `#halt`. */
  #closed: Promise<unknown> = Promise.resolve();
  #finish!: (ending: SessionEnding) => void;

  constructor(parts: SessionParts) {
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#desktop = parts.desktop;
    this.#desktop.onLost(() => this.#stop('display-lost'));
    this.#link = new SessionLink(parts, {
      state: (state, reconnected) => this.#follow(state, reconnected),
      offered: (pass) => this.#inBackground(this.#lanes.open(pass)),
      changed: () => this.#changed(),
      lost: () => this.#endHere({ status: 'lost', endedBy: 'broker', endReason: 'customer-gone' }),
      dismissed: (refusal) => this.#dismissed(refusal),
    });
    const send = this.#link.send.bind(this.#link);
    this.#account = new Account({ sessionId: parts.sessionId, key: parts.key, send });
    this.#answers = new Answers({
      grants: this.#grants,
      decide: (message, says) => this.#account.decide(message, says),
      withdrawn: (tools) => this.#closeTools(tools),
      shown: () => shownIn(this.#state!.card),
    });
    this.receipt = new KeptReceipt(parts, () => this.#changed());
    const allows = (tool: Tool) => !this.#over && this.#grants.allows(tool);
    const changed = () => this.#changed();
    this.#lanes = new Lanes({
      address: (ticket) => parts.server.lane(ticket),
      serve: (tool, lane) =>
        serveLane(tool, lane, { desktop: this.#desktop, chat: this.#chat, files: this.#files }),
      requestPass: (tool) => this.#link.askForLane(tool),
      wantAgain: () => this.#openWantedLanes(),
      allows,
      changed,
      opened: (tool, laneId) => this.#account.say({ type: 'tool.started', tool, laneId }),
      closed: (tool, laneId, bytes) => this.#account.say({ type: 'tool.stopped', tool, laneId, ...bytes }),
    });
    this.#chat = new Chat({ laneNeeded: () => this.#openWantedLanes(), changed });
    this.#files = new SessionFiles({
      receivedFolder: parts.receivedFolder,
      account: this.#account,
      tell: send,
      volunteer: (tool) => this.#answers.volunteer(tool),
      problem: (error) => this.#complain(sentenceOf(error)),
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
      link: this.#over ? 'over' : this.#link.status,
      ...(this.#over || this.#link.endsAt === undefined ? {} : { offlineEndsAt: this.#link.endsAt }),
      session: this.#state,
      inUse: this.#lanes.inUse(),
      chat: this.#chat.messages(),
      ...this.#files.state(),
      receipt: this.receipt.standing,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
    };
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
    }
    return true;
  }

  /** Who controls this computer can also press what its customer is asked. */
  yesCounts(): boolean {
    if (!this.#desktop.foreignHand.isHere) return true;
    this.#complain(notYourHand(this.#technician));
    return false;
  }

  sendFile(file: CustomerFile): Promise<void> {
    if (!this.yesCounts()) return Promise.reject(new NotTheCustomer(notYourHand(this.#technician)));
    return this.#files.send(file);
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
    else this.#complain('This question is no longer open.');
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
        this.#complain(notYourWords(this.#technician));
      else this.#inBackground(this.#answers.volunteer('chat'));
    }
    if (!this.#chat.say(text)) this.#complain('Too many messages are waiting to be sent.');
  }

  #stop(reason: StopReason): void {
    if (this.#over) return;
    const ending: Ending = { status: 'ended', endedBy: 'customer', endReason: reason };
    this.#halt(ending);
    void this.#link.tellInTheEnd({ type: 'session.stop', reason }).then(() => this.#close(ending));
  }

  #dismissed(refusal: BrokerRefusal): void {
    const known = refusal.code === 'session.over';
    if (!known) this.#problem = refusal.message;
    this.#endHere({ status: known ? 'ended' : 'lost', endedBy: 'broker' });
  }

  #endHere(ending: Ending): void {
    if (this.#over) return;
    this.#halt(ending);
    this.#close(ending);
  }

  /** Everything of the customer's stops now, in this tick: what is still queued here is dropped with its lane. */
  #halt(ending: Ending): void {
    this.#over = true;
    this.#grants.withdraw(TOOLS);
    this.#lanes.withdrawAll();
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
        this.#finish(describeEnding(ending));
      });
  }

  #follow(state: AgentSessionState, reconnected: boolean): void {
    if (this.#over) return;
    this.#state = state;
    if (!OPEN_STATUSES.includes(state.status)) {
      this.#endHere(state);
      return;
    }
    if (reconnected) this.#account.again();
    this.#closeTools(this.#answers.reconcile(state, reconnected));
    this.#files.follow(state.files, reconnected);
    if (state.status === 'active' && isGranted(state, 'view') && this.#grants.allows('view'))
      this.#desktop.prepare();
    this.#openWantedLanes();
    this.#changed();
  }

  #closeTools(tools: readonly Tool[]): void {
    for (const tool of tools) this.#lanes.withdraw(tool);
    if (tools.includes('view')) this.#inBackground(this.#desktop.closeScreen());
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
      if (!(error instanceof NoAnswer) && !(error instanceof LaneBroken)) this.#complain(sentenceOf(error));
    });
    this.#changed();
  }

  #complain(sentence: string): void {
    if (this.#over) return;
    this.#problem = sentence;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
