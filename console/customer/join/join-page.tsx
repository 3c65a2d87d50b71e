import { useCallback, useEffect, useState } from 'react';
import type { CodeCard } from '../../../protocol/join.ts';
import { CustomerFrame } from '../customer-frame.tsx';
import { codeInFragment } from './code-entry.ts';
import { CodeForm } from './code-form.tsx';
import { CodeLife } from './code-life.tsx';
import { JoinCard } from './join-card.tsx';
import { LeftPage } from './left-page.tsx';
import { StartAgent } from './start-agent.tsx';

type Step =
  | { name: 'code'; code: string }
  | { name: 'card' | 'start'; code: string; found: CodeCard }
  | { name: 'left'; organisation: string };

const stepFromAddress = (): Step => ({ name: 'code', code: codeInFragment(window.location.hash) ?? '' });

/** `/join`: from the code to the running agent. It asks the broker once per code and keeps nothing. */
export function JoinPage() {
  const [step, setStep] = useState<Step>(stepFromAddress);

  // Another link opened in this tab changes only the fragment.
  useEffect(() => {
    const follow = () => codeInFragment(window.location.hash) !== undefined && setStep(stepFromAddress());
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);

  const startOver = useCallback(() => {
    window.history.replaceState(null, '', window.location.pathname);
    setStep({ name: 'code', code: '' });
  }, []);

  if (step.name === 'code')
    return (
      <CustomerFrame>
        <CodeForm
          key={step.code}
          given={step.code}
          onFound={(code, found) => setStep({ name: 'card', code, found })}
        />
      </CustomerFrame>
    );
  if (step.name === 'left')
    return (
      <CustomerFrame>
        <LeftPage organisation={step.organisation} />
      </CustomerFrame>
    );
  const { code, found } = step;
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
        <StartAgent found={found} code={code} />
      )}
      <CodeLife expiresAt={found.codeExpiresAt} onAnotherCode={startOver} />
    </CustomerFrame>
  );
}
