import type { Contact } from '../../protocol/contact.ts';
import { TOOLS, Tool } from '../../protocol/tool.ts';

/** The open-session form as typed. */
export interface SessionDraft {
  contact: { [Field in keyof Contact]-?: string };
  reference: string;
  reason: string;
  team: string;
  tools: readonly Tool[];
}

const TOOLS_KEY = 'countersign.last-tools';
const USUAL: readonly Tool[] = ['view', 'control', 'chat'];

/** The tools of the last session that was opened here; at first what most sessions need. */
function lastTools(): readonly Tool[] {
  try {
    const stored = Tool.array().parse(JSON.parse(localStorage.getItem(TOOLS_KEY) ?? ''));
    return stored.length > 0 ? TOOLS.filter((tool) => stored.includes(tool)) : USUAL;
  } catch {
    // Nothing stored, something else stored, or storage switched off.
    return USUAL;
  }
}

export function rememberTools(tools: readonly Tool[]): void {
  try {
    localStorage.setItem(TOOLS_KEY, JSON.stringify(tools));
  } catch {
    // As above: next time the usual ones are ticked.
  }
}

export const emptyDraft = (team: string): SessionDraft => ({
  contact: { name: '', contactName: '', company: '', phone: '', email: '' },
  reference: '',
  reason: '',
  team,
  tools: lastTools(),
});

let kept: SessionDraft | undefined;

/** Hands details to the form that opens next ("open again"). In memory only: a customer's data is not left in the browser. */
export function keepDraft(draft: SessionDraft): void {
  kept = draft;
}

export function takeDraft(): SessionDraft | undefined {
  const taken = kept;
  kept = undefined;
  return taken;
}
