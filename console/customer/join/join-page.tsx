import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import type { CodeCard } from '../../../protocol/join.ts';
import { Waiting } from '../../shared/ui/progress.tsx';
import type { BrowserHelper } from '../browser/browser-helper.ts';
import { forgetSession, keptSession } from '../browser/kept-session.ts';
import { canShow } from '../browser/shown-surface.ts';
import { CustomerFrame } from '../customer-frame.tsx';
import { ChooseWay } from './choose-way.tsx';
import { codeInFragment } from './code-entry.ts';
import { CodeForm } from './code-form.tsx';
import { CodeLife } from './code-life.tsx';
import { JoinCard } from './join-card.tsx';
import { LeftPage } from './left-page.tsx';
import { ResumeHere } from './resume-here.tsx';
import { prepareSharing } from './share-here.tsx';

// Whoever runs the program does not load what shares from here.
const SessionHere = lazy(async () => ({
  default: (await import('../browser/session-here.tsx')).SessionHere,
}));

type Step =
  | { name: 'code'; code: string }
  | { name: 'card' | 'start'; code: string; found: CodeCard; isGone?: true }
  | { name: 'here'; helper: BrowserHelper }
  | { name: 'resuming' }
  | { name: 'left'; organisation: string };

/** A tab that was loaded anew goes on where it was. */
const firstStep = (): Step => (keptSession() === undefined ? stepFromAddress() : { name: 'resuming' });
const stepFromAddress = (): Step => ({ name: 'code', code: codeInFragment(window.location.hash) ?? '' });

/** `/join`: from the code to the running agent, or to being it. */
export function JoinPage() {
  const [step, setStep] = useState<Step>(firstStep);

  // Another link opened in this tab changes only the fragment.
  useEffect(() => {
    const follow = () =>
      codeInFragment(window.location.hash) !== undefined &&
      // A session that goes on here is not left by a link.
      setStep((step) => (step.name === 'here' || step.name === 'resuming' ? step : stepFromAddress()));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);

  const startOver = useCallback(() => {
    window.history.replaceState(null, '', window.location.pathname);
    setStep({ name: 'code', code: '' });
  }, []);

  if (step.name === 'resuming')
    return (
      <CustomerFrame>
        <ResumeHere
          onResumed={(helper) => setStep({ name: 'here', helper })}
          onAnotherCode={() => {
            forgetSession();
            startOver();
          }}
        />
      </CustomerFrame>
    );
  if (step.name === 'code')
    return (
      <CustomerFrame>
        <CodeForm
          key={step.code}
          given={step.code}
          onFound={(code, found) => {
            setStep({ name: 'card', code, found });
            if (canShow()) prepareSharing();
          }}
        />
      </CustomerFrame>
    );
  if (step.name === 'left')
    return (
      <CustomerFrame>
        <LeftPage organisation={step.organisation} />
      </CustomerFrame>
    );
  if (step.name === 'here')
    return (
      <Suspense
        fallback={
          <CustomerFrame>
            <Waiting />
          </CustomerFrame>
        }
      >
        <SessionHere helper={step.helper} />
      </Suspense>
    );
  const { code, found, isGone } = step;
  return (
    <CustomerFrame organisation={found.card.organisation}>
      {step.name === 'card' ? (
        <JoinCard
          card={found.card}
          onGoOn={() => setStep({ name: 'start', code, found })}
          onLeave={() => {
            window.history.replaceState(null, '', window.location.pathname);
            setStep({ name: 'left', organisation: found.card.organisation });
          }}
        />
      ) : (
        <ChooseWay
          found={found}
          code={code}
          onJoined={(helper) => setStep({ name: 'here', helper })}
          onGone={() => setStep({ name: 'start', code, found, isGone: true })}
        />
      )}
      <CodeLife expiresAt={isGone ? undefined : found.codeExpiresAt} onAnotherCode={startOver} />
    </CustomerFrame>
  );
}
