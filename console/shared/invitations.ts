import { useSyncExternalStore } from 'react';
import type { Invitation } from '../../protocol/watching.ts';
import type { Live } from './live.ts';
import { useSignedIn } from './signed-in.tsx';
import { WritableStore } from './store.ts';

/** What this user is invited to right now, as the broker pushes it whole. */
export class Invitations extends WritableStore<readonly Invitation[]> {
  constructor(live: Live) {
    super([]);
    live.onMessage((message) => {
      if (message.type === 'invitations.state') this.set(message.items);
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
