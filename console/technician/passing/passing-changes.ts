import { useEffect, useRef } from 'react';
import type { ConsoleSessionState } from '../../../protocol/session-state.ts';
import { t } from '../../shared/strings.ts';
import { toast } from '../../shared/ui/toast.tsx';

const text = t.passing.technician;

/** Says what became of an offer: the technician may be looking at the picture. */
export function usePassingChanges({ passing }: ConsoleSessionState): void {
  const before = useRef(passing);
  const takeBack = useRef<() => void>(undefined);
  // How it stood is old once the session has gone over.
  useEffect(() => () => takeBack.current?.(), []);
  useEffect(() => {
    const was = before.current;
    before.current = passing;
    if (!passing || was?.passingId !== passing.passingId || was.standing === passing.standing) return;
    if (passing.standing === 'passed' || passing.endReason === 'withdrawn') return;
    const kind = passing.standing === 'asked' ? 'info' : 'warning';
    takeBack.current?.();
    takeBack.current = toast(text.changed(passing.successor.name, text.standing(passing)), kind);
  }, [passing]);
}
