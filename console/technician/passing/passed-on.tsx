import { navigate } from '../../shared/router.tsx';
import { t } from '../../shared/strings.ts';
import { Button } from '../../shared/ui/button.tsx';
import { EmptyState } from '../../shared/ui/empty-state.tsx';

const text = t.passing.technician.gone;

/** In place of a session that is somebody else's now. */
export function PassedOn({ to }: { to: string }) {
  return (
    <EmptyState
      isPage
      title={text.title(to)}
      action={
        <Button kind="primary" onPress={() => navigate('/')}>
          {text.home}
        </Button>
      }
    >
      {text.text(to)}
    </EmptyState>
  );
}
