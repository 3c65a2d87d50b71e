import { Eye } from 'lucide-react';
import { techniciansOf } from '../../protocol/passing-fold.ts';
import type { SessionRecord } from '../../protocol/session-record.ts';
import { navigate } from '../shared/router.tsx';
import { useMay, useSignedIn } from '../shared/signed-in.tsx';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';

/** To a session that goes on, for a manager of its team: the customer is asked there. */
export function WatchLink({ record }: { record: SessionRecord }) {
  const { me } = useSignedIn();
  const { status } = record;
  const isTheirs =
    useMay('session.watch') &&
    me.user.role === 'manager' &&
    techniciansOf(record).some(({ team }) => team !== undefined && me.user.teams.includes(team));
  if (!isTheirs || status !== 'active') return null;
  return (
    <Button kind="primary" icon={<Eye />} onPress={() => navigate(`/watch/${record.id}`)}>
      {t.watching.log.watch}
    </Button>
  );
}
