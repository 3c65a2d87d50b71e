import { useSyncExternalStore } from 'react';
import type { Invitation } from '../../protocol/watching.ts';
import type { Live } from './live.ts';
import type { NoticeKind } from './notice-kind.ts';
import { useSignedIn } from './signed-in.tsx';
import { WritableStore } from './store.ts';
import { t } from './strings.ts';

/** What this user is invited to right now, as the broker pushes it whole. */
export class Invitations extends WritableStore<readonly Invitation[]> {
  /** Said already: a broker that is back tells all of them again. */
  readonly #told = new Set<string>();

  constructor(live: Pick<Live, 'status' | 'onMessage'>, tell: (text: string, kind: NoticeKind) => void) {
    super([]);
    live.onMessage((message) => {
      if (message.type !== 'invitations.state') return;
      this.set(message.items);
      for (const { watchingId, technician } of message.items) {
        if (this.#told.has(watchingId)) continue;
        this.#told.add(watchingId);
        tell(t.watching.invitations.toast(technician), 'info');
      }
    });
    // Without the broker nobody waits: it tells again when it is back.
    live.status.subscribe(() => {
      if (live.status.get() !== 'online') this.set([]);
    });
  }
}

export function useInvitations(): readonly Invitation[] {
  const { invitations } = useSignedIn();
  return useSyncExternalStore(
    (listener) => invitations.subscribe(listener),
    () => invitations.get(),
  );
}
