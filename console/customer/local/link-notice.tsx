import type { LocalState } from '../../../protocol/local-page.ts';
import { countdown } from '../../shared/figures.ts';
import { isolated } from '../../shared/isolated.ts';
import { secondsBetween, timeOf, useNow } from '../../shared/moments.ts';
import { t } from '../../shared/strings.ts';
import { Notice } from '../../shared/ui/notice.tsx';

/** A broken connection. Says that nothing is shown only where that is so. */
export function LinkNotice({ state }: { state: LocalState }) {
  const text = t.customer.local;
  const { session } = state;
  const technician = isolated(session.card.technician.name);
  const until = session.graceEndsAt === undefined ? '' : text.offlineUntil(timeOf(session.graceEndsAt));
  return (
    <>
      {state.link === 'offline' && (
        <Notice kind="warning" title={text.offline}>
          {state.inUse.length === 0 ? text.offlineLead : text.offlineInUse}
          {state.offlineEndsAt !== undefined && <EndsIn at={state.offlineEndsAt} />}
        </Notice>
      )}
      {state.link === 'online' && session.presence.technician === 'away' && (
        <Notice kind="warning">
          {text.technicianAway(technician)} {until}
        </Notice>
      )}
    </>
  );
}

/** Both moments are of this computer's own clock. Not read out every second: how it ends is said when it ends. */
function EndsIn({ at }: { at: string }) {
  const now = useNow();
  return (
    <p aria-live="off" className="figures">
      {t.customer.local.offlineEndsIn(countdown(secondsBetween(now, at)))}
    </p>
  );
}
