import { useEffect, useState } from 'react';

/** An answer that was taken makes its question go away; one that is still here by then was not taken, and is asked for again. */
const TAKEN_WITHIN_MS = 2_000;

/** What was answered just now, while the agent takes it. */
export function useAnswered<Answer>(): [Answer | undefined, (answer: Answer) => void] {
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    if (answer === undefined) return;
    const timer = setTimeout(() => setAnswer(undefined), TAKEN_WITHIN_MS);
    return () => clearTimeout(timer);
  }, [answer]);
  return [answer, setAnswer];
}
