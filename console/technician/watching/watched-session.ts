import type { FromConsole } from '../../../protocol/console-messages.ts';
import { LanePass } from '../../../protocol/lane.ts';
import { isMediaNews } from '../../../protocol/media.ts';
import type { SessionOffer } from '../../../protocol/passing.ts';
import { choosesAgain } from '../../../protocol/surface.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { WatchedState } from '../../../protocol/watching.ts';
import { asProblem, Problem } from '../../shared/api.ts';
import { type LaneChannel, SocketLane } from '../../shared/lane-channel.ts';
import type { Live } from '../../shared/live.ts';
import { MediaChannel } from '../../shared/media/media-channel.ts';
import { SessionStore } from '../../shared/session-store.ts';
import { type Store, WritableStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import { Desktop } from '../desktop.ts';
import { SessionLanes } from '../session-lanes.ts';

const VIEW: ReadonlySet<Tool> = new Set(['view']);
/** It is not theirs to watch, or is their own by now. */
const FOR_GOOD: readonly string[] = [
  'permission.missing',
  'request.invalid',
  'not-found',
  'session.passed-on',
];
/** The broker takes it up a little later. */
const FOR_NOW: readonly string[] = ['tries.too-many', 'record.unavailable'];
const AGAIN_AFTER_MS = 10_000;
const NOTHING: ReadonlySet<Tool> = new Set();

/** Everything that the page of one who watches does: follows the session, has the customer asked, holds the one lane. */
export class WatchedSession {
  readonly sessionId: string;
  readonly desktop = new Desktop();
  readonly lanes: SessionLanes;
  readonly state: Store<WatchedState | undefined>;
  readonly #problem = new WritableStore<Problem | undefined>(undefined);
  /** Why it cannot be followed. */
  readonly problem: Store<Problem | undefined> = this.#problem;
  readonly #passedOn = new WritableStore(false);
  /** Their watching ended because the session went to another technician. */
  readonly passedOn: Store<boolean> = this.#passedOn;
  /** Whom they watched last. */
  #watched: string | undefined;
  readonly #live: Live;
  readonly #store: SessionStore<WatchedState>;
  readonly #stops: (() => void)[];
  #again: ReturnType<typeof setTimeout> | undefined;
  #isLeft = false;

  constructor(live: Live, sessionId: string) {
    const isTheirs = (offer: SessionOffer) => offer.sessionId === sessionId && offer.standing === 'passed';
    this.#live = live;
    this.sessionId = sessionId;
    this.#store = new SessionStore(sessionId);
    this.state = this.#store.state;
    this.lanes = new SessionLanes({
      requestPass: async (tool) =>
        LanePass.parse(await this.#live.request({ type: 'lane.open', sessionId, tool })),
      connect: (pass) => this.#connect(pass),
      serve: (lane) => this.desktop.serve(lane, this.state.get()?.agent ?? 'native'),
    });
    this.lanes.want('view');
    this.#stops = [
      live.onMessage((message) => {
        if (message.type === 'watching.state') this.#store.pushed(message.state);
        // They go on with it themselves, in another window.
        if (message.type === 'offers.state' && message.items.some(isTheirs)) this.#follow();
      }),
      live.status.subscribe(() => this.#online()),
      this.state.subscribe(() => this.#noteTechnician()),
      this.state.subscribe(() => this.#settle()),
      this.#problem.subscribe(() => this.#settle()),
    ];
    this.#online();
  }

  /** Has the customer asked; refusals are thrown as a Problem. */
  async ask(): Promise<void> {
    await this.#tell({ type: 'watching.ask', sessionId: this.sessionId });
  }

  /** Watches no longer, or does not come at all. */
  async leave(): Promise<void> {
    await this.#live.request({ type: 'watching.leave', sessionId: this.sessionId });
  }

  /** Leaves the page: who does not come back soon watches no longer. */
  close(): void {
    for (const stop of this.#stops) stop();
    this.#isLeft = true;
    clearTimeout(this.#again);
    this.lanes.close();
    this.desktop.close();
    // Where the broker is away it sees that nobody follows.
    this.#live.request({ type: 'watching.unfollow', sessionId: this.sessionId }).catch(() => {});
  }

  #online(): void {
    const status = this.#live.status.get();
    if (status === 'online') this.#follow();
    else if (status === 'refused') this.#problem.set(this.#live.refusal);
    else this.#settle();
  }

  #follow(): void {
    clearTimeout(this.#again);
    this.#tell({ type: 'watching.follow', sessionId: this.sessionId }).then(
      () => this.#problem.set(undefined),
      (thrown: unknown) => {
        if (this.#isLeft) return;
        const problem = asProblem(thrown);
        if (FOR_NOW.includes(problem.code)) this.#again = setTimeout(() => this.#online(), AGAIN_AFTER_MS);
        // What is known stays in sight where another try may do.
        const isKnown = this.state.get() !== undefined;
        if (isKnown ? FOR_GOOD.includes(problem.code) : problem.code !== 'unreachable')
          this.#problem.set(problem);
      },
    );
  }

  async #tell(message: FromConsole): Promise<void> {
    const state = WatchedState.safeParse((await this.#live.request(message)).watched);
    if (!state.success) throw new Problem('unreadable', t.problems.unreadable);
    this.#store.watched(state.data);
  }

  #noteTechnician(): void {
    const state = this.state.get();
    if (!state) return;
    const { own, technician } = state;
    this.#passedOn.set(
      own?.endedBy === 'broker' && this.#watched !== undefined && this.#watched !== technician.name,
    );
    if (own?.standing === 'asked' || own?.standing === 'allowed') this.#watched = technician.name;
  }

  /** The lane follows the state. */
  #settle(): void {
    const state = this.state.get();
    const mayLook =
      this.#problem.get() === undefined &&
      state?.own?.standing === 'allowed' &&
      state.isShown &&
      !choosesAgain(state) &&
      state.status === 'active';
    if (!mayLook) this.lanes.allow(NOTHING);
    else if (isTogether(state) && this.#live.status.get() === 'online') this.lanes.allow(VIEW);
    else this.lanes.restrict(VIEW);
  }

  #connect(pass: LanePass): LaneChannel {
    if (pass.path === undefined) return new SocketLane(pass);
    const { sessionId } = this;
    return new MediaChannel(pass, {
      ask: (message) => this.#live.request({ ...message, sessionId }),
      onNews: (listener) =>
        this.#live.onMessage((message) => {
          if (isMediaNews(message) && message.sessionId === sessionId) listener(message);
        }),
    });
  }
}

/** Nobody looks on while one of the two is away. */
const isTogether = ({ presence }: WatchedState): boolean =>
  presence.customer === 'here' && presence.technician === 'here';
