import type { LanePass } from '../lane.ts';
import { TOOLS, type Tool } from '../tool.ts';
import type { LeftLane } from './kept-end.ts';
import type { CountedLane, LaneChannel, LaneEnding } from './lane-channel.ts';
import { pause } from './pause.ts';

/** Whose lane it is: the technician's, or, with a `watchingId`, that of one who watches. */
export interface LaneOf {
  readonly tool: Tool;
  readonly watchingId?: string | undefined;
}

export interface LaneRules {
  /** Opens this end. Nothing is read before somebody listens. Rejects when it cannot be opened. */
  connect(pass: LanePass): Promise<CountedLane>;
  /** The customer's own answer. Asked before a lane opens and again when it is open. */
  allows(of: LaneOf): boolean;
  /** Gives the lane to the part of the agent that serves `tool`. */
  serve(of: LaneOf, lane: LaneChannel): Promise<void>;
  /** Asks the broker for this end's way into the lane of `tool`. */
  requestPass(tool: Tool): Promise<LanePass>;
  /** Some time after a lane was asked for, or closed: whatever is still wanted may be asked for. */
  wantAgain(): void;
  changed(): void;
  /** This end of a lane is open. */
  opened(tool: Tool, laneId: string): void;
  /** It is closed, after this many payload bytes. */
  closed(tool: Tool, laneId: string, bytes: { sent: number; received: number }): void;
}

/** A lane that breaks as soon as it opens is not asked for more often than this. */
const ASK_EVERY_MS = 500;

/** A lane that the customer never allowed, or no longer allows. */
export class LaneRefused extends Error {
  override readonly name = 'LaneRefused';
  constructor(readonly tool: Tool) {
    super(`The server tried to use something that you have not allowed (${tool}). It was refused.`);
  }
}

/** The network kept a lane from opening. Whoever wants it asks again. */
export class LaneBroken extends Error {
  override readonly name = 'LaneBroken';
}

interface OpenLane extends LaneOf {
  readonly lane: CountedLane;
  readonly laneId: string;
}

const keyOf = ({ tool, watchingId = '' }: LaneOf): string => `${tool} ${watchingId}`;

/** This end's lanes, at most one per tool and person: a newer pass for the same takes the older one's place. */
export class Lanes {
  readonly #rules: LaneRules;
  readonly #open = new Map<string, OpenLane>();
  /** The lane that is open or being opened, by its id: both ends may ask at once, and get two tickets to one lane. */
  readonly #current = new Map<string, LaneOf & { readonly laneId: string }>();
  readonly #asked = new Set<Tool>();
  readonly #used: Set<Tool>;

  /** @param used before this end was loaded anew. */
  constructor(rules: LaneRules, used: readonly Tool[] = []) {
    this.#rules = rules;
    this.#used = new Set(used);
  }

  /** Something went over a lane of theirs between the technician and this end. An open lane alone is no use. */
  used(): Tool[] {
    for (const each of this.#open.values()) this.#count(each);
    return TOOLS.filter((tool) => this.#used.has(tool));
  }

  inUse(): Tool[] {
    return TOOLS.filter((tool) => this.#open.has(keyOf({ tool })));
  }

  /** Who watches over an open lane. */
  watchedBy(): string[] {
    return [...this.#open.values()].flatMap(({ watchingId }) => watchingId ?? []);
  }

  /** The open lanes, with what has gone over them so far. */
  now(): LeftLane[] {
    return [...this.#open.values()].map(
      ({ tool, laneId, lane: { sentBytes: sent, receivedBytes: received } }) => ({
        tool,
        laneId,
        sent,
        received,
      }),
    );
  }

  /** Opens the lane of `tool` from this end, unless it is open or was asked for just now. */
  async want(tool: Tool): Promise<void> {
    if (this.#current.has(keyOf({ tool })) || this.#asked.has(tool)) return;
    this.#askLater(tool);
    await this.open(await this.#rules.requestPass(tool));
  }

  /** @throws LaneRefused without the customer's grant, LaneBroken, or what kept the lane from being served. */
  async open(pass: LanePass): Promise<void> {
    const { tool, laneId, watchingId } = pass;
    const of = { tool, watchingId };
    const key = keyOf(of);
    // Who watches sees the picture, whatever a server says.
    if ((watchingId !== undefined && tool !== 'view') || !this.#rules.allows(of)) throw new LaneRefused(tool);
    const isCurrent = () => this.#current.get(key)?.laneId === laneId;
    if (isCurrent()) return;
    this.#close(key, 'lane.finished');
    this.#current.set(key, { ...of, laneId });
    const forget = () => {
      if (isCurrent()) this.#current.delete(key);
    };
    let lane: CountedLane;
    try {
      lane = await this.#rules.connect(pass);
    } catch (error) {
      forget();
      throw new LaneBroken('the lane could not be opened', { cause: error });
    }
    if (!isCurrent()) {
      lane.close(); // closed, or replaced, while it was being opened
      return;
    }
    this.#open.set(key, { ...of, lane, laneId });
    this.#rules.opened(tool, laneId);
    lane.onClose(() => {
      this.#count({ ...of, lane });
      this.#rules.closed(tool, laneId, { sent: lane.sentBytes, received: lane.receivedBytes });
      forget();
      if (this.#open.get(key)?.lane !== lane) return;
      this.#open.delete(key);
      // Who watches asks for their own.
      if (watchingId === undefined) this.#askLater(tool);
      this.#rules.changed();
    });
    this.#rules.changed();
    try {
      await this.#rules.serve(of, lane);
    } catch (error) {
      lane.close();
      throw error;
    }
  }

  /** The customer takes the tool back, from everybody: the broker hears it by the end of the lane, too, which may be there first. */
  withdraw(tool: Tool): void {
    for (const [key, of] of [...this.#current]) if (of.tool === tool) this.#close(key, 'consent.withdrawn');
  }

  /** They may watch no longer. */
  withdrawWatcher(watchingId: string): void {
    this.#close(keyOf({ tool: 'view', watchingId }), 'consent.withdrawn');
  }

  /** All of them, whosever they are. They end as those that were used to the full: whoever comes next may open them again. */
  finishAll(): void {
    for (const key of [...this.#current.keys()]) this.#close(key, 'lane.finished');
  }

  withdrawAll(): void {
    for (const tool of TOOLS) this.withdraw(tool);
  }

  #close(key: string, ending: LaneEnding): void {
    this.#current.delete(key); // one that is still being opened finds itself closed
    this.#open.get(key)?.lane.close(ending);
  }

  #count({ tool, watchingId, lane }: Omit<OpenLane, 'laneId'>): void {
    if (watchingId === undefined && lane.sentBytes + lane.receivedBytes > 0) this.#used.add(tool);
  }

  #askLater(tool: Tool): void {
    if (this.#asked.has(tool)) return;
    this.#asked.add(tool);
    void pause(ASK_EVERY_MS).then(() => {
      this.#asked.delete(tool);
      this.#rules.wantAgain();
    });
  }
}
