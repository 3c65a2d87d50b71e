import { ArrowRightLeft } from 'lucide-react';
import type { PassingState } from '../../../protocol/passing.ts';
import type { ConsoleSessionState } from '../../../protocol/session-state.ts';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { useAction } from '../../shared/use-action.ts';
import type { SupportSession } from '../support-session.ts';
import styles from '../watching/watchers-part.module.css';

const text = t.passing.technician;

const underWay = ({ standing }: PassingState): boolean => standing === 'offered' || standing === 'asked';

/** To one at a time, and never past a customer who is not there to be asked. */
export const mayPassOn = ({ passing, answeredInAdvance }: ConsoleSessionState): boolean =>
  !answeredInAdvance && (passing === undefined || !underWay(passing));

/** Whom the session is offered to, how that went, and who had it before: in the panel of what the customer allowed. */
export function PassingPart({
  session,
  state,
  onPassOn,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  onPassOn: () => void;
}) {
  const { isPending, act } = useAction();
  const { passing, earlier = [], answeredInAdvance } = state;
  const isUnderWay = passing !== undefined && underWay(passing);
  return (
    <section className={styles.part} aria-labelledby="pass-on">
      <h2 id="pass-on">{text.title}</h2>
      {earlier.map(({ name, until }) => (
        <p key={until} className={styles.quiet}>
          {text.had(name)}
        </p>
      ))}
      {answeredInAdvance && <p className={styles.quiet}>{text.inAdvance}</p>}
      {passing && passing.standing !== 'passed' && (
        <ul className={styles.list}>
          <li>
            <span className={styles.words}>
              <bdi>{passing.successor.name}</bdi>
              <span className={styles.quiet}>{text.standing(passing)}</span>
            </span>
            {isUnderWay && (
              <Button
                size="small"
                isPending={isPending}
                aria-label={text.takeBackFrom(passing.successor.name)}
                onPress={() =>
                  act(() => session.send({ type: 'passing.withdraw', passingId: passing.passingId }))
                }
              >
                {text.takeBack}
              </Button>
            )}
          </li>
        </ul>
      )}
      {mayPassOn(state) && (
        <Button icon={<ArrowRightLeft />} onPress={onPassOn}>
          {text.action}
        </Button>
      )}
    </section>
  );
}
