import type { AgentSessionState } from '../session-state.ts';
import { needsView, TOOLS, type Tool } from '../tool.ts';

/**
 * What this customer allowed, kept at the customer's own end. Only the customer widens it; the broker can only narrow it.
 * A lane is served only when this table says so, whatever the broker believes.
 */
export class OwnGrants {
  readonly #allowed: Set<Tool>;
  /** Allowed here, and the broker has not yet said that it knows: its states are older than the answer and narrow nothing. */
  readonly #untold = new Set<Tool>();
  readonly #keep: (allowed: readonly Tool[]) => void;

  /** @param allowed before this end was loaded anew. */
  constructor(allowed: readonly Tool[] = [], keep: (allowed: readonly Tool[]) => void = () => {}) {
    this.#allowed = new Set(allowed);
    this.#keep = keep;
  }

  /** The customer said yes and has not taken it back. */
  holds(tool: Tool): boolean {
    return this.#allowed.has(tool);
  }

  /** It may be used: without view there is no control and no clipboard. */
  allows(tool: Tool): boolean {
    return this.#allowed.has(tool) && (!needsView(tool) || this.#allowed.has('view'));
  }

  list(): Tool[] {
    return TOOLS.filter((tool) => this.allows(tool));
  }

  allow(tools: readonly Tool[]): void {
    for (const tool of tools) {
      this.#allowed.add(tool);
      this.#untold.add(tool);
    }
    this.#keep([...this.#allowed]);
  }

  /** From here on the broker's states are younger than the answer that allowed these. */
  told(tools: Iterable<Tool>): void {
    for (const tool of tools) this.#untold.delete(tool);
  }

  /** @returns every tool that may not be used any more. */
  withdraw(tools: readonly Tool[]): Tool[] {
    const before = this.list();
    for (const tool of tools) {
      this.#allowed.delete(tool);
      this.#untold.delete(tool);
    }
    this.#keep([...this.#allowed]);
    return before.filter((each) => !this.allows(each));
  }

  /**
   * Withdraws what the broker no longer counts as granted: given back by the technician, timed out, or asked anew
   * (a new question means that the old answer holds no longer).
   * @returns every tool that may not be used any more.
   */
  narrowTo(state: AgentSessionState): Tool[] {
    return this.withdraw(
      [...this.#allowed].filter((tool) => !this.#untold.has(tool) && !isGranted(state, tool)),
    );
  }
}

export function isGranted(state: AgentSessionState, tool: Tool): boolean {
  const { standing } = state.tools[tool];
  return standing === 'granted' || standing === 'in-use';
}
