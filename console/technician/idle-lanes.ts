import type { Tool } from '../../protocol/tool.ts';

/** What was sent last may still be on its way, and the next may follow soon. */
const IDLE_AFTER_MS = 5000;

export interface IdleRules {
  isOpen(tool: Tool): boolean;
  isBusy(tool: Tool): boolean;
  /** Gives the lane back; the grant stays. */
  release(tool: Tool): void;
}

/** Gives back lanes that carry nothing any more: what is open is in use, here, at the customer's and in the record. */
export class IdleLanes {
  readonly #rules: IdleRules;
  readonly #timers = new Map<Tool, ReturnType<typeof setTimeout>>();

  constructor(rules: IdleRules) {
    this.#rules = rules;
  }

  /** Something became of the lane of `tool`. */
  look(tool: Tool): void {
    if (this.#rules.isBusy(tool) || !this.#rules.isOpen(tool)) this.needed(tool);
    else if (!this.#timers.has(tool))
      this.#timers.set(
        tool,
        setTimeout(() => this.#over(tool), IDLE_AFTER_MS),
      );
  }

  needed(tool: Tool): void {
    clearTimeout(this.#timers.get(tool));
    this.#timers.delete(tool);
  }

  close(): void {
    for (const tool of [...this.#timers.keys()]) this.needed(tool);
  }

  #over(tool: Tool): void {
    this.#timers.delete(tool);
    if (this.#rules.isBusy(tool)) this.look(tool);
    else this.#rules.release(tool);
  }
}
