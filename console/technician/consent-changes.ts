import { useEffect, useRef } from 'react';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { TOOLS } from '../../protocol/tool.ts';
import { t } from '../shared/strings.ts';
import { toast } from '../shared/ui/toast.tsx';

const text = t.technician.active;

/** Says it when the customer goes on with the program, or does not. */
export function useHandOverChanges({ agent, handOver, contact }: ConsoleSessionState): void {
  const before = useRef({ kind: agent?.kind, refusedAt: handOver?.refusedAt });
  const [kind, refusedAt, name] = [agent?.kind, handOver?.refusedAt, contact.name];
  useEffect(() => {
    const was = before.current;
    before.current = { kind, refusedAt };
    if (was.kind === 'browser' && kind === 'native') toast(t.handOver.technician.done(name), 'done');
    else if (refusedAt !== undefined && refusedAt !== was.refusedAt)
      toast(t.handOver.technician.refused(name), 'warning');
  }, [kind, refusedAt, name]);
}

/** Says it when the customer answers or takes something back: the technician may be looking at the picture. */
export function useConsentChanges(state: ConsoleSessionState): void {
  const before = useRef(state.tools);
  useEffect(() => {
    const was = before.current;
    before.current = state.tools;
    for (const tool of TOOLS) {
      const [from, to] = [was[tool].standing, state.tools[tool].standing];
      if (from === to) continue;
      const name = t.tools.name[tool].toLowerCase();
      if (to === 'refused') toast(text.refusedTool(name), 'warning');
      else if (to === 'revoked') toast(text.revokedTool(name), 'warning');
      else if (from === 'asked' && (to === 'granted' || to === 'in-use'))
        toast(text.grantedTool(name), 'done');
    }
  }, [state.tools]);
}
