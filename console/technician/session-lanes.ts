import { ERRORS } from '../../protocol/errors.ts';
import type { LanePass } from '../../protocol/lane.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import type { LaneChannel } from '../shared/lane-channel.ts';
import { type Store, WritableStore } from '../shared/store.ts';

export interface LaneRules {
  /** Asks the broker for this side's ticket. */
  requestPass(tool: Tool): Promise<LanePass>;
  connect(pass: LanePass): LaneChannel;
  /** Called as soon as a lane is there, before it is open, so that its first message finds a handler. */
  serve(lane: LaneChannel): void;
}

const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 4000;
/** A lane that was open for so long had a way. */
const LASTED_MS = 5000;

interface Attempt {
  retryMs: number;
  timer?: ReturnType<typeof setTimeout> | undefined;
  isAsking: boolean;
}

/**
 * This end's lanes: at most one per tool. Opens those that are wanted as soon as they may be used, opens them again
 * when they break, and comes when the other end opened one.
 */
export class SessionLanes {
  readonly #rules: LaneRules;
  readonly #lanes = new WritableStore<ReadonlyMap<Tool, LaneChannel>>(new Map());
  readonly #wanted = new Set<Tool>();
  readonly #attempts = new Map<Tool, Attempt>();
  readonly #takenOver = new WritableStore(false);
  /** Another window of this technician opened these lanes and has them now. They are not fought for. */
  readonly takenOver: Store<boolean> = this.#takenOver;
  #usable: ReadonlySet<Tool> = new Set();
  /** Lanes that are open now. */
  readonly open: Store<ReadonlyMap<Tool, LaneChannel>>;
  /** All lanes, open or on their way. */
  readonly #all = new Map<Tool, LaneChannel>();

  constructor(rules: LaneRules) {
    this.#rules = rules;
    this.open = this.#lanes;
  }

  /** Keeps a lane for `tool` whenever it may be used. */
  want(tool: Tool): void {
    this.#wanted.add(tool);
    this.#go(tool);
  }

  /** The lane of `tool`, if any, is not opened again; what is open stays until the broker closes it. */
  unwant(tool: Tool): void {
    this.#wanted.delete(tool);
    this.#forget(tool);
  }

  /** Brings the lanes back to this window. */
  takeBack(): void {
    this.#takenOver.set(false);
    for (const tool of this.#wanted) this.#go(tool);
  }

  /** Tools with a live grant, while both sides are there. What is not among them is closed here and now. */
  allow(usable: ReadonlySet<Tool>): void {
    const before = this.#usable;
    this.#usable = usable;
    for (const tool of TOOLS) {
      if (!usable.has(tool)) {
        this.#forget(tool);
        this.#drop(tool);
      } else if (!before.has(tool)) {
        // Granted anew, or the other side is back: an earlier failure says nothing about now.
        this.#forget(tool);
        this.#go(tool);
      }
    }
  }

  /** The same while somebody is away: what is not among them is closed, and nothing new is opened. */
  restrict(granted: ReadonlySet<Tool>): void {
    this.#usable = new Set();
    for (const tool of TOOLS) {
      this.#forget(tool);
      if (!granted.has(tool)) this.#drop(tool);
    }
  }

  /** The other end opened a lane. Also of tools that nobody here wanted yet: a file may be on its way. */
  offered(pass: LanePass): void {
    this.#adopt(pass);
  }

  close(): void {
    this.#wanted.clear();
    this.allow(new Set());
  }

  #go(tool: Tool): void {
    if (this.#takenOver.get() || !this.#isWanted(tool) || this.#all.has(tool)) return;
    const attempt = this.#attempts.get(tool) ?? { retryMs: FIRST_RETRY_MS, isAsking: false };
    this.#attempts.set(tool, attempt);
    if (attempt.isAsking || attempt.timer !== undefined) return;
    attempt.isAsking = true;
    this.#rules.requestPass(tool).then(
      (pass) => {
        attempt.isAsking = false;
        if (this.#attempts.get(tool) === attempt) this.#adopt(pass);
      },
      () => {
        // Refused for now (the grant went, the broker is away): the next state, or the next try, tells.
        attempt.isAsking = false;
        if (this.#attempts.get(tool) === attempt) this.#later(tool, attempt);
      },
    );
  }

  #isWanted(tool: Tool): boolean {
    return this.#wanted.has(tool) && this.#usable.has(tool);
  }

  #later(tool: Tool, attempt: Attempt): void {
    attempt.timer = setTimeout(() => {
      attempt.timer = undefined;
      this.#go(tool);
    }, attempt.retryMs);
    attempt.retryMs = Math.min(attempt.retryMs * 2, MAX_RETRY_MS);
  }

  #forget(tool: Tool): void {
    clearTimeout(this.#attempts.get(tool)?.timer);
    this.#attempts.delete(tool);
  }

  #adopt(pass: LanePass): void {
    const { tool } = pass;
    // Both ends may have asked at once: the second ticket to the same lane is not needed.
    if (this.#all.get(tool)?.laneId === pass.laneId) return;
    this.#drop(tool);
    this.#takenOver.set(false);
    const lane = this.#rules.connect(pass);
    this.#all.set(tool, lane);
    this.#rules.serve(lane);
    const { onOpen, onClose } = lane;
    let openedAt: number | undefined;
    lane.onOpen = () => {
      openedAt = performance.now();
      this.#publish();
      onOpen();
    };
    lane.onClose = (code) => {
      onClose(code);
      if (this.#all.get(tool) !== lane) return;
      this.#all.delete(tool);
      this.#publish();
      if (code === ERRORS['lane.replaced'].close) this.#takenOver.set(true);
      else if (this.#isWanted(tool)) {
        const attempt = this.#attempts.get(tool) ?? { retryMs: FIRST_RETRY_MS, isAsking: false };
        this.#attempts.set(tool, attempt);
        // One that breaks as soon as it is open is no better than one that does not open.
        if (openedAt !== undefined && performance.now() - openedAt > LASTED_MS)
          attempt.retryMs = FIRST_RETRY_MS;
        if (!attempt.isAsking && attempt.timer === undefined) this.#later(tool, attempt);
      }
    };
  }

  #drop(tool: Tool): void {
    const lane = this.#all.get(tool);
    if (!lane) return;
    this.#all.delete(tool);
    this.#publish();
    lane.close();
  }

  #publish(): void {
    this.#lanes.set(new Map([...this.#all].filter(([, lane]) => lane.isOpen)));
  }
}
