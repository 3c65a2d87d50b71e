import type { LanePass } from '../protocol/lane.ts';
import { TOOLS, type Tool } from '../protocol/tool.ts';
import { openLaneSocket } from './connection/lane-socket.ts';
import type { LaneChannel } from './lane-channel.ts';

export interface LaneRules {
  address(ticket: string): URL;
  /** The customer's own answer. Asked before a lane opens and again when it is open. */
  allows(tool: Tool): boolean;
  /** Gives the lane to the part of the agent that serves `tool`. */
  serve(tool: Tool, lane: LaneChannel): Promise<void>;
  changed(): void;
}

/** A lane that the customer never allowed, or no longer allows. */
export class LaneRefused extends Error {
  override readonly name = 'LaneRefused';
  constructor(readonly tool: Tool) {
    super(`the customer has not allowed ${tool}`);
  }
}

/** This end's lanes, at most one per tool: a newer pass for the same tool takes the older one's place. */
export class Lanes {
  readonly #rules: LaneRules;
  readonly #open = new Map<Tool, LaneChannel>();
  /** Which pass counts for a tool; closing a tool makes every pass of it that is still on its way void. */
  readonly #generation = new Map<Tool, number>();

  constructor(rules: LaneRules) {
    this.#rules = rules;
  }

  inUse(): Tool[] {
    return TOOLS.filter((tool) => this.#open.has(tool));
  }

  /** @throws LaneRefused without the customer's grant, or whatever kept the lane from opening. */
  async open({ tool, ticket }: LanePass): Promise<void> {
    if (!this.#rules.allows(tool)) throw new LaneRefused(tool);
    this.close(tool);
    const generation = this.#generation.get(tool);
    const lane = await openLaneSocket(this.#rules.address(ticket));
    if (this.#generation.get(tool) !== generation || !this.#rules.allows(tool)) return lane.close();
    this.#open.set(tool, lane);
    lane.onClose(() => {
      if (this.#open.get(tool) !== lane) return;
      this.#open.delete(tool);
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

  close(tool: Tool): void {
    this.#generation.set(tool, (this.#generation.get(tool) ?? 0) + 1);
    this.#open.get(tool)?.close();
  }

  closeAll(): void {
    for (const tool of TOOLS) this.close(tool);
  }
}
