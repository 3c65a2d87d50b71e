import type { LanePass } from '../protocol/lane.ts';
import { TOOLS, type Tool } from '../protocol/tool.ts';
import { type CountedLane, openLaneSocket } from './connection/lane-socket.ts';
import type { LaneChannel, LaneEnding } from './lane-channel.ts';

export interface LaneRules {
  address(ticket: string): URL;
  /** The customer's own answer. Asked before a lane opens and again when it is open. */
  allows(tool: Tool): boolean;
  /** Gives the lane to the part of the agent that serves `tool`. */
  serve(tool: Tool, lane: LaneChannel): Promise<void>;
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

/** This end's lanes, at most one per tool: a newer pass for the same tool takes the older one's place. */
export class Lanes {
  readonly #rules: LaneRules;
  readonly #open = new Map<Tool, LaneChannel>();
  /** The lane that is open or being opened, by its id: both ends may ask at once, and get two tickets to one lane. */
  readonly #current = new Map<Tool, string>();
  readonly #asked = new Set<Tool>();

  constructor(rules: LaneRules) {
    this.#rules = rules;
  }

  inUse(): Tool[] {
    return TOOLS.filter((tool) => this.#open.has(tool));
  }

  /** Opens the lane of `tool` from this end, unless it is open or was asked for just now. */
  async want(tool: Tool): Promise<void> {
    if (this.#current.has(tool) || this.#asked.has(tool)) return;
    this.#askLater(tool);
    await this.open(await this.#rules.requestPass(tool));
  }

  /** @throws LaneRefused without the customer's grant, LaneBroken, or what kept the lane from being served. */
  async open({ tool, laneId, ticket }: LanePass): Promise<void> {
    if (!this.#rules.allows(tool)) throw new LaneRefused(tool);
    if (this.#current.get(tool) === laneId) return;
    this.#close(tool, 'lane.finished');
    this.#current.set(tool, laneId);
    const forget = () => {
      if (this.#current.get(tool) === laneId) this.#current.delete(tool);
    };
    let lane: CountedLane;
    try {
      lane = await openLaneSocket(this.#rules.address(ticket));
    } catch (error) {
      forget();
      throw new LaneBroken('the lane could not be opened', { cause: error });
    }
    if (this.#current.get(tool) !== laneId) {
      lane.close(); // closed, or replaced, while it was being opened
      return;
    }
    this.#open.set(tool, lane);
    this.#rules.opened(tool, laneId);
    lane.onClose(() => {
      this.#rules.closed(tool, laneId, { sent: lane.sentBytes, received: lane.receivedBytes });
      forget();
      if (this.#open.get(tool) !== lane) return;
      this.#open.delete(tool);
      this.#askLater(tool);
      this.#rules.changed();
    });
    this.#rules.changed();
    try {
      await this.#rules.serve(tool, lane);
    } catch (error) {
      lane.close();
      throw error;
    }
  }

  /** The customer takes the tool back: the broker hears it by the end of the lane, too, which may be there first. */
  withdraw(tool: Tool): void {
    this.#close(tool, 'consent.withdrawn');
  }

  withdrawAll(): void {
    for (const tool of TOOLS) this.withdraw(tool);
  }

  #close(tool: Tool, ending: LaneEnding): void {
    this.#current.delete(tool); // one that is still being opened finds itself closed
    this.#open.get(tool)?.close(ending);
  }

  #askLater(tool: Tool): void {
    if (this.#asked.has(tool)) return;
    this.#asked.add(tool);
    setTimeout(() => {
      this.#asked.delete(tool);
      this.#rules.wantAgain();
    }, ASK_EVERY_MS).unref();
  }
}
