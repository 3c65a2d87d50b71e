import { useEffect, useRef } from 'react';
import type { ConsoleSessionState } from '../../../protocol/session-state.ts';
import { t } from '../../shared/strings.ts';
import { toast } from '../../shared/ui/toast.tsx';

const text = t.watching.technician;

/** Says what became of who wants to watch: the technician may be looking at the picture. */
export function useWatcherChanges({ watchers }: ConsoleSessionState): void {
  const before = useRef(watchers);
  useEffect(() => {
    const was = new Map(before.current.map(({ watchingId, standing }) => [watchingId, standing]));
    before.current = watchers;
    for (const { watchingId, name, standing, isSeeing, endedBy } of watchers) {
      const from = was.get(watchingId);
      if (from === standing || standing === 'invited' || (from === 'invited' && standing === 'ended'))
        continue;
      toast(
        text.changed(name, text.standing(standing, isSeeing, endedBy)),
        standing === 'allowed' ? 'done' : standing === 'refused' ? 'warning' : 'info',
      );
    }
  }, [watchers]);
}
