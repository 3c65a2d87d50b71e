import { useEffect } from 'react';
import { TOOLS } from '../../../protocol/tool.ts';
import { isolated } from '../../shared/isolated.ts';
import { useStore } from '../../shared/store.ts';
import { LocalPage } from '../local/local-page.tsx';
import { isAllowed, lookOf } from '../local/phase.ts';
import { VoicePanel } from '../local/voice-panel.tsx';
import type { BrowserHelper } from './browser-helper.ts';
import { waitsForCustomer } from './clipboard-here.ts';
import { ClipboardPanel } from './clipboard-panel.tsx';
import { ClipboardQuestion } from './clipboard-question.tsx';
import { HandOverPanel } from './hand-over-panel.tsx';
import { ChooseAgain, SurfacePanel } from './surface-panel.tsx';

/** The session in this page: what the customer of a program sees, and what this browser shows. */
export function SessionHere({ helper }: { helper: BrowserHelper }) {
  const { clipboard } = helper;
  const { state } = useStore(helper.view);
  const view = useStore(clipboard.view);
  const technician = isolated(state?.session.card.technician.name ?? '');
  useWarningBeforeLeaving(state !== undefined && TOOLS.some((tool) => isAllowed(lookOf(tool, state))));
  return (
    <LocalPage
      link={helper}
      question={
        waitsForCustomer(view) ? (
          <ClipboardQuestion clipboard={clipboard} view={view} technician={technician} />
        ) : undefined
      }
      first={<ChooseAgain helper={helper} />}
      voice={<VoicePanel link={helper} voice={helper.voice} isOffAtFirst />}
      surface={<SurfacePanel helper={helper} />}
      last={
        <>
          <ClipboardPanel helper={helper} />
          <HandOverPanel helper={helper} />
        </>
      }
    />
  );
}

/** Closing the page by mistake ends what somebody was allowed to help with: the browser asks first, in its own words. */
function useWarningBeforeLeaving(isAllowedSomething: boolean): void {
  useEffect(() => {
    if (!isAllowedSomething) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isAllowedSomething]);
}
