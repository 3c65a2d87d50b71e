import type { LocalState } from '../../../protocol/local-page.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';

/** What happened, in sentences, from what this end knows. */
export function endingSentences(state: LocalState, length: (ms: number) => string): string[] {
  const text = t.customer.local;
  const { session } = state;
  const technician = isolated(session.card.technician.name);
  const names = [...new Set([...(session.earlier ?? []).map(({ name }) => isolated(name)), technician])];
  const helpers = text.helpers(names);
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
  sentences.push(...usedSentences(state, technician, names));

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

function usedSentences(
  { used, session, receipt }: LocalState,
  technician: string,
  names: readonly string[],
): string[] {
  const text = t.customer.local;
  // What was used in the browser before this program, this end does not know.
  if (session.handedOver)
    return [
      ...(used.length > 0 ? [text.usedSinceProgram(used)] : []),
      ...(receipt === 'none' ? [] : [text.usedBeforeProgram]),
    ];
  if (used.length === 0) return [text.usedNothing(text.helpers(names))];
  // What was used is known of the session, and not of each of those who had it.
  return [names.length > 1 ? text.usedInTurn(used) : text.used(technician, used)];
}
