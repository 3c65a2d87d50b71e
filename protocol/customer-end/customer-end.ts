import type { AgentKind } from '../computer.ts';
import type { AnswerMode } from '../consent.ts';
import type { LocalCommand, LocalState } from '../local-page.ts';
import { OPEN_STATUSES } from '../session.ts';
import type { AgentSessionState } from '../session-state.ts';
import type { Tool } from '../tool.ts';
import type { NoMicrophone } from '../voice.ts';
import { Account } from './account.ts';
import { Answers } from './answers.ts';
import { Chat } from './chat.ts';
import type { CustomerDesktop, CustomerEndParts } from './customer-end-parts.ts';
import { CustomersCommands } from './customers-commands.ts';
import { EndOfSession } from './end-of-session.ts';
import type { Ending } from './ending.ts';
import { SessionFiles } from './files/session-files.ts';
import { HandingOver } from './handing-over.ts';
import type { LeftLane } from './kept-end.ts';
import { KeptReceipt } from './kept-receipt.ts';
import { SignalledMedia } from './media-signal.ts';
import { isGranted, OwnGrants } from './own-grants.ts';
import { Passings, type WhoHelps } from './passings.ts';
import { ServedTools } from './served-tools.ts';
import { shownIn } from './session-key.ts';
import { SessionLink } from './session-link.ts';
import { Standing, sentenceOf } from './standing.ts';
import { ToldSurface } from './told-surface.ts';
import { Watchers } from './watchers.ts';

/**
 * One support session at the customer's end, whatever it runs in: its parts, and what follows from each state of the
 * broker's. What the customer decides holds here first and is then told to the broker, again and again until its state
 * agrees; what the broker says can only narrow it.
 */
export class CustomerEnd<Own> {
  /** What of this computer is shown, where the customer chooses it. */
  readonly surface: ToldSurface;
  /** Fetched when it is over, by whoever waits for the end. */
  readonly receipt: KeptReceipt;
  readonly #kind: AgentKind;
  readonly #standing = new Standing();
  readonly #link: SessionLink;
  readonly #desktop: CustomerDesktop;
  readonly #grants: OwnGrants;
  readonly #account: Account;
  readonly #answers: Answers;
  readonly #watchers: Watchers;
  readonly #passings: Passings;
  readonly #chat: Chat;
  readonly #files: SessionFiles<Own>;
  readonly #tools: ServedTools<Own>;
  readonly #handingOver: HandingOver;
  readonly #end: EndOfSession;
  readonly #commands: CustomersCommands<Own>;
  #inherits: CustomerEndParts<Own>['inherits'];

  constructor(parts: CustomerEndParts<Own>) {
    const standing = this.#standing;
    const changed = () => standing.changed();
    const allows = (tool: Tool) => this.allows(tool);
    const { kept, digests, desktop, voice } = parts;
    this.#kind = parts.kind;
    this.#desktop = desktop;
    this.#inherits = parts.inherits;
    desktop.onLost(() => this.#end.stop('display-lost'));
    const link = new SessionLink(parts, {
      state: (state, reconnected) => this.#follow(state, reconnected),
      offered: (pass) => this.#handingOver.holds(pass) || this.#tools.offered(pass),
      media: (news) => media.heard(news),
      changed,
      lost: () => this.#end.here({ status: 'lost', endedBy: 'broker', endReason: 'customer-gone' }),
      dismissed: (refusal) => this.#end.dismissed(refusal),
    });
    const send = link.send.bind(link);
    const media = new SignalledMedia(send);
    const grants = new OwnGrants(kept?.allowed, kept && ((allowed) => kept.keepAllowed(allowed)));
    const account = new Account({
      sessionId: parts.sessionId,
      key: parts.key,
      lastNumber: kept?.lastNumber,
      keepNumber: kept && ((lastNumber) => kept.keepNumber(lastNumber)),
      send,
    });
    for (const lane of kept?.left ?? []) account.say({ type: 'tool.stopped', ...lane });
    const decide: Account['decide'] = (message, says) => account.decide(message, says);
    const answers = new Answers({
      grants,
      decide,
      withdrawn: (tools) => this.#tools.close(tools),
      shown: () => shownIn(standing.session!.card, digests),
    });
    const watchers = new Watchers({
      decide,
      digests,
      withdrawn: (watchingId) => this.#tools.lanes.withdrawWatcher(watchingId),
      allowed: kept?.watchers,
      keep: kept && ((watchers) => kept.keepWatchers(watchers)),
    });
    const passings = new Passings({
      decide,
      digests,
      kept: kept?.help,
      keep: kept && ((help) => kept.keepHelp(help)),
    });
    this.receipt = new KeptReceipt(parts, changed);
    const surface = new ToldSurface(account, send);
    const chat = new Chat(
      {
        laneNeeded: () => this.#tools.openWanted(),
        changed,
        technician: () => standing.technician ?? '',
      },
      {
        hasPast: parts.inherits !== undefined,
        kept: kept?.talk,
        keep: kept && ((talk) => kept.keepTalk(talk)),
      },
    );
    const files = new SessionFiles({
      places: parts.places,
      account,
      digests,
      tell: send,
      canBeLoadedAnew: kept !== undefined,
      volunteer: (tool) => answers.volunteer(tool),
      problem: (error) => standing.complain(sentenceOf(error)),
      allows,
      changed,
    });
    const { openLane, openMedia, awaitsPress } = parts;
    const most = { standing, link, account, grants, watchers, desktop, voice, files };
    const tools = new ServedTools({
      ...most,
      media,
      kept,
      surface,
      chat,
      openLane,
      openMedia,
      awaitsPress,
      allows,
    });
    const { lanes } = tools;
    const handingOver = new HandingOver({
      account,
      lanes,
      allowed: () => grants.list(),
      shown: () => surface.shown,
      send,
      changed,
      canAsk: () => !standing.isOver && link.status === 'online',
      done: () => this.#end.leave(),
      failed: (held, refusal) => {
        if (refusal) standing.complain(refusal.message);
        for (const pass of held) tools.offered(pass);
        tools.openWanted();
      },
    });
    const end = new EndOfSession({ ...most, lanes, wasReplaced: () => handingOver.explainsDismissal });
    const doers = { answers, passings, chat, handingOver, tools, end };
    this.#commands = new CustomersCommands({ ...most, ...doers, foreignHand: desktop.foreignHand });
    this.surface = surface;
    this.#link = link;
    this.#grants = grants;
    this.#account = account;
    this.#answers = answers;
    this.#watchers = watchers;
    this.#passings = passings;
    this.#chat = chat;
    this.#files = files;
    this.#tools = tools;
    this.#handingOver = handingOver;
    this.#end = end;
  }

  /** Resolves once, when everything is closed and the broker was told or cannot be. */
  get ended(): Promise<Ending> {
    return this.#end.ended;
  }

  start(): void {
    this.#link.open();
  }

  state(): LocalState | undefined {
    const { session, isOver, problem } = this.#standing;
    const { lanes } = this.#tools;
    if (!session) return undefined;
    return {
      agent: this.#kind,
      link: isOver ? 'over' : this.#link.status,
      ...(isOver || this.#link.endsAt === undefined ? {} : { offlineEndsAt: this.#link.endsAt }),
      session,
      inUse: lanes.inUse(),
      used: lanes.used(),
      watchedBy: lanes.watchedBy(),
      chat: this.#chat.messages(),
      ...this.#files.state(),
      receipt: this.receipt.standing,
      ...this.#handingOver.state(),
      ...(this.#end.wentOn && { wentOn: true }),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /** What is open now: for an end that goes away and means to come back. */
  openLanes(): LeftLane[] {
    return this.#tools.lanes.now();
  }

  onChange(listener: () => void): () => void {
    return this.#standing.onChange(listener);
  }

  command(command: LocalCommand, mode: AnswerMode): boolean {
    return this.#commands.take(command, mode);
  }

  /** By the customer, and not taken back: what holds here, whatever the broker knows of it. */
  allows(tool: Tool): boolean {
    return !this.#standing.isOver && !this.#handingOver.isUnderWay && this.#grants.allows(tool);
  }

  /** Who controls this computer can also press what its customer is asked. */
  yesCounts(): boolean {
    return this.#commands.yesCounts();
  }

  sendFile(file: Own): Promise<void> {
    return this.#commands.sendFile(file);
  }

  /** The customer pressed: what waited for it may go on. */
  pressed(): void {
    this.#tools.openWanted();
  }

  tellNoMicrophone(reason: NoMicrophone): Promise<void> {
    return this.#commands.tellNoMicrophone(reason);
  }

  /** Tells the customer what went wrong. */
  complain(sentence: string): void {
    this.#standing.complain(sentence);
  }

  /** The customer tries it again: what goes wrong then is said anew. */
  forgetProblem(): void {
    this.#standing.forgetProblem();
  }

  /** Ends it from outside (a signal, the end of the program): the same as the customer's Stop. */
  stop(): void {
    this.#link.hurry();
    this.#end.stop('stopped-by-customer');
  }

  #follow(session: AgentSessionState, reconnected: boolean): void {
    const standing = this.#standing;
    if (standing.isOver) return;
    const isFirst = standing.session === undefined;
    standing.session = session;
    if (!OPEN_STATUSES.includes(session.status)) {
      this.#end.here(session);
      return;
    }
    if (reconnected) this.#account.again();
    this.#inherit(session);
    this.#tools.close(this.#answers.reconcile(session, reconnected));
    this.#watchers.reconcile(session, reconnected);
    this.#meet(this.#passings.follow(session, reconnected), session.card.technician.name);
    this.#files.follow(session.files, reconnected);
    if (session.status === 'active' && isGranted(session, 'view') && this.#grants.allows('view'))
      this.#desktop.prepare();
    if (isFirst) this.#tools.tellAwaited();
    this.#tools.openWanted();
    if (reconnected) standing.inBackground(this.surface.again());
    this.#handingOver.follow(session, reconnected);
    standing.changed();
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

  /** What was decided beforehand was decided for another; of a stranger's nothing that was allowed is. */
  #meet(who: WhoHelps, technician: string): void {
    if (who === 'the same') return;
    this.#files.askAgain();
    this.#chat.forgetGiven();
    if (who !== 'a stranger') return;
    for (const tool of this.#grants.list()) this.#commands.withdraw(tool);
    this.#standing.complain(`${technician} is here now, and you were not asked. Everything was stopped.`);
  }
}
