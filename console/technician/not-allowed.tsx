import type { ConsoleSessionState } from '../../protocol/session-state.ts';
import type { Tool } from '../../protocol/tool.ts';
import { t } from '../shared/strings.ts';
import { Button } from '../shared/ui/button.tsx';
import { useAction } from '../shared/use-action.ts';
import styles from './not-allowed.module.css';
import type { SupportSession } from './support-session.ts';

const text = t.technician.active;

/** In place of what needs a grant: says so, and asks for it. */
export function NotAllowed({
  session,
  state,
  tool,
  say,
}: {
  session: SupportSession;
  state: ConsoleSessionState;
  tool: Tool;
  say: string;
}) {
  const { isPending, act } = useAction();
  const { standing } = state.tools[tool];
  const name = t.tools.name[tool];
  const canAsk = standing !== 'asked' && standing !== 'unable';
  return (
    <div className={styles['not-allowed']}>
      <span>{canAsk ? say : text.label(name, t.tools.standing[standing])}</span>
      {canAsk && (
        <Button
          size="small"
          isPending={isPending}
          aria-label={text.askForItOf(name)}
          onPress={() => act(() => session.send({ type: 'tools.request', tools: [tool] }))}
        >
          {text.askForIt}
        </Button>
      )}
    </div>
  );
}
