import type { LocalState } from '../../../protocol/local-page.ts';
import { t } from '../../shared/strings.ts';
import type { HelperView } from './customer-link.ts';
import { type Phase, toolsInUse } from './phase.ts';
import { questionsWaiting } from './questions-waiting.ts';

/** What waits for the customer in the page itself. */
interface Waiting {
  /** This end has something to ask. */
  readonly isAsking?: boolean;
  /** Messages that were not in sight yet. */
  readonly unread?: number;
}

/** The tab's title tells the state, for whoever is in another window: what waits for an answer comes first. */
export function titleOf(
  phase: Phase,
  state: LocalState | undefined,
  helper: HelperView['helper'],
  { isAsking = false, unread = 0 }: Waiting = {},
): string {
  const text = t.customer.local;
  if (state === undefined || phase.name === 'connecting') return text.title(text.connecting);
  if (phase.name === 'went-on') return text.title(t.handOver.customer.titleWentOn);
  if (phase.name === 'over') return text.title(text.titleOver);
  if (helper === 'lost' || state.link === 'offline') return text.title(text.titleOffline);
  const technician = state.session.card.technician.name;
  if (phase.name === 'card') return text.title(text.titleQuestion(technician));
  if (phase.name === 'waiting') return text.title(text.titleWaiting);
  const [question] = questionsWaiting(state);
  if (question?.kind === 'watcher') return text.title(text.titleQuestion(question.watcher.name));
  if (question?.kind === 'program') return text.title(t.handOver.customer.titleProgram);
  if (question || isAsking) return text.title(text.titleQuestion(technician));
  if (unread > 0) return text.title(text.titleUnread(technician, unread));
  const tools = toolsInUse(state);
  return tools.length === 0
    ? text.title(text.titleIdle)
    : text.title(`● ${t.customer.tool.doing(technician, tools)}`);
}
