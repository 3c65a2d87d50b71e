import { saysNoSuchFile } from '../../../protocol/file-reason.ts';
import type { LocalState } from '../../../protocol/local-page.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { isolated } from '../../shared/isolated.ts';
import { t } from '../../shared/strings.ts';
import { toolsInUse } from './phase.ts';
import { questionsWaiting } from './questions-waiting.ts';

export interface Announcement {
  readonly text: string;
  /** Interrupts what the screen reader says: a question with a deadline, a broken connection, a tool that came on. */
  readonly urgent: boolean;
}

/** What a screen reader says when the page goes from one state to the next. Nothing for what the page shows first. */
export function announcementsBetween(before: LocalState | undefined, after: LocalState): Announcement[] {
  if (before === undefined) return [];
  const said: Announcement[] = [];
  const say = (text: string, urgent = false) => said.push({ text, urgent });
  const { say: text } = t.customer.local;
  const technician = isolated(after.session.card.technician.name);

  // What is in use mostly closes a moment later, and that is said then: a word about it now would be wrong by then.
  if (before.link === 'online' && after.link === 'offline') say(text.offline, true);
  if (before.link === 'offline' && after.link === 'online') say(text.online);
  if (before.session.startedAt === undefined && after.session.startedAt !== undefined)
    say(text.started(technician));

  const knownRequests = new Set(before.session.pending.map(({ requestId }) => requestId));
  for (const { requestId, tools } of after.session.pending)
    if (!knownRequests.has(requestId)) say(text.question(technician, tools), true);

  if (before.session.handOver?.asked === undefined && after.session.handOver?.asked !== undefined)
    say(t.handOver.customer.say(technician), true);
  const { comes } = after.session.handOver ?? {};
  if (comes && before.session.handOver?.comes?.signingKey !== comes.signingKey)
    say(t.handOver.customer.sayProgram(comes), true);
  if (!before.notLetIn && after.notLetIn) say(t.handOver.customer.notLetIn(after.notLetIn), true);
  if (!before.wentOn && after.wentOn) say(t.handOver.customer.wentOn, true);

  const [used, uses] = [toolsInUse(before), toolsInUse(after)];
  const cameOn = uses.filter((tool) => !used.includes(tool));
  const wentOff: Tool[] = used.filter((tool) => !uses.includes(tool));
  if (cameOn.length > 0) say(text.nowInUse(technician, cameOn), true);
  if (wentOff.length > 0) say(text.noLonger(wentOff));
  if (after.link === 'offline' && uses.length === 0 && (before.link === 'online' || used.length > 0))
    say(text.nothingShown, true);

  const { passing } = after.session;
  if (passing && before.session.passing?.passingId !== passing.passingId)
    say(t.passing.customer.say.asked(isolated(passing.successor.name), technician), true);
  if (before.session.card.technician.name !== after.session.card.technician.name)
    say(t.passing.customer.say.passed(technician), true);

  const { say: watchers } = t.watching.customer;
  const askedBefore = new Set(
    before.session.watchers.filter(({ standing }) => standing === 'asked').map((each) => each.watchingId),
  );
  for (const { watchingId, standing, name, role } of after.session.watchers)
    if (standing === 'asked' && !askedBefore.has(watchingId)) say(watchers.asked(isolated(name), role), true);
  const names = new Map(
    [...before.session.watchers, ...after.session.watchers].map((each) => [each.watchingId, each.name]),
  );
  for (const id of after.watchedBy)
    if (!before.watchedBy.includes(id)) say(watchers.sees(isolated(names.get(id) ?? '')), true);
  for (const id of before.watchedBy)
    if (!after.watchedBy.includes(id)) say(watchers.noLonger(isolated(names.get(id) ?? '')));

  const knownMessages = new Set(before.chat.map(({ id }) => id));
  for (const message of after.chat)
    if (message.from === 'technician' && !knownMessages.has(message.id))
      say(text.message(message.name === undefined ? technician : isolated(message.name), message.text));

  const asked = new Set(questionsWaiting(before).map(({ id }) => id));
  for (const { kind, id } of questionsWaiting(after))
    if (kind === 'asked' && !asked.has(id)) say(text.asked(technician), true);

  const standings = new Map(before.session.files.map((file) => [file.fileId, file.standing]));
  for (const file of after.session.files) {
    if (standings.get(file.fileId) === file.standing) continue;
    const name = file.name ?? t.customer.local.unnamed;
    if (file.standing === 'offered' && file.tool === 'file-upload') say(text.offered(technician, name), true);
    if (file.standing === 'refused' && saysNoSuchFile(file.reason)) say(text.askedInVain(technician, name));
    if (file.standing === 'completed') say(text.fileDone(name));
    if (file.standing === 'failed') say(text.fileFailed(name), true);
  }

  if (after.problem !== undefined && after.problem !== before.problem) say(after.problem, true);
  return said;
}
