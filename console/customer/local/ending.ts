import type { LocalState } from '../../../protocol/local-page.ts';
import { TOOLS, type Tool } from '../../../protocol/tool.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';

/** What happened, in sentences, from what this end knows. `used`: tools whose lane was open here at some time. */
export function endingSentences(
  state: LocalState,
  used: ReadonlySet<Tool>,
  length: (ms: number) => string,
): string[] {
  const text = t.customer.local;
  const { session } = state;
  const technician = isolated(session.card.technician.name);
  // What was used is known of the session, and not of each of those who had it.
  const helpers = text.helpers([
    ...new Set([...(session.earlier ?? []).map(({ name }) => isolated(name)), technician]),
  ]);
  const sentences = [
    session.endReason === undefined ? text.endingUnknown : text.ending(session.endReason, technician),
  ];
  if (session.startedAt === undefined) {
    if (session.endReason === 'consent-timed-out') sentences.push(text.comeAgain(technician));
    else if (session.endReason !== 'refused-by-customer') sentences.push(text.neverStarted(technician));
    return sentences;
  }
  if (session.endedAt !== undefined)
    sentences.push(text.lasted(helpers, length(Date.parse(session.endedAt) - Date.parse(session.startedAt))));
  const tools = TOOLS.filter((tool) => used.has(tool));
  sentences.push(tools.length > 0 ? text.used(helpers, tools) : text.usedNothing(helpers));

  for (const { name, role, seconds, since } of session.seenBy ?? []) {
    const untilTheEnd =
      since === undefined ? 0 : Math.max(0, Date.parse(session.endedAt ?? since) - Date.parse(since));
    sentences.push(t.watching.customer.saw(isolated(name), role, length(seconds * 1000 + untilTheEnd)));
  }

  const completed = (direction: Tool) =>
    session.files.filter(({ tool, standing }) => tool === direction && standing === 'completed').length;
  const [received, sent] = [completed('file-upload'), completed('file-download')];
  if (received > 0) sentences.push(text.received(received));
  if (sent > 0) sentences.push(text.sent(sent));
  const cut = session.files.filter(
    ({ standing }) => standing === 'cancelled' || standing === 'failed',
  ).length;
  if (cut > 0) sentences.push(text.notThrough(cut));
  return sentences;
}
