import { LocalPage } from '../local/local-page.tsx';
import { VoicePanel } from '../local/voice-panel.tsx';
import type { BrowserHelper } from './browser-helper.ts';
import { HandOverPanel } from './hand-over-panel.tsx';
import { SurfacePanel } from './surface-panel.tsx';

/** The session in this page: what the customer of a program sees, and what this browser shows. */
export function SessionHere({ helper }: { helper: BrowserHelper }) {
  return (
    <LocalPage
      link={helper}
      surface={
        <>
          <SurfacePanel helper={helper} />
          <HandOverPanel helper={helper} />
          <VoicePanel link={helper} voice={helper.voice} />
        </>
      }
    />
  );
}
