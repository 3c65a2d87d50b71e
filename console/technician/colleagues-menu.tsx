import { ArrowRightLeft, UserPlus, Users } from 'lucide-react';
import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import { useMay } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { Menu } from '../shared/ui/menu.tsx';
import styles from './colleagues-menu.module.css';
import { mayPassOn } from './passing/passing-part.tsx';

const text = t.technician.active.colleagues;

/** In the bar, where it is looked for: the panel tells how it stands. */
export function ColleaguesMenu({
  state,
  onInvite,
  onPassOn,
}: {
  state: ConsoleSessionState;
  onInvite: () => void;
  onPassOn: () => void;
}) {
  const mayInvite = useMay('session.invite');
  return (
    <Menu
      label={text.title}
      placement="bottom end"
      trigger={
        <Button icon={<Users />} aria-label={text.title} className={styles.trigger}>
          <span className={styles.word}>{text.title}</span>
        </Button>
      }
      groups={[
        {
          entries: [
            {
              id: 'invite',
              label: text.invite,
              icon: <UserPlus />,
              onAction: onInvite,
              isDisabled: !mayInvite,
            },
            {
              id: 'pass-on',
              label: text.passOn,
              icon: <ArrowRightLeft />,
              onAction: onPassOn,
              isDisabled: !mayPassOn(state),
            },
          ],
        },
      ]}
    />
  );
}
