import { saysNoSuchFile } from '../../protocol/file-reason.ts';
import type { LocalState } from '../../protocol/local-page.ts';
import { plain } from '../../protocol/plain-text.ts';
import { TOOL_WORDS, USE_WORDS } from './terminal-text.ts';

/** What a customer at a terminal is told when one state follows another. */
export function changesBetween(before: LocalState | undefined, after: LocalState): string[] {
  const technician = plain(after.session.card.technician.name);
  return [
    ...linkNews(before, after),
    ...passingNews(before, technician),
    ...toolNews(technician, before, after),
    ...watcherNews(before, after),
    ...chatNews(technician, before, after),
    ...fileNews(before, after),
    ...(after.problem !== undefined && after.problem !== before?.problem ? [plain(after.problem)] : []),
  ];
}

function linkNews(before: LocalState | undefined, after: LocalState): string[] {
  if (before?.link === after.link) return [];
  if (after.link === 'offline')
    return ['The server does not answer. Trying again; "stop" works all the same.'];
  return before?.link === 'offline' && after.link === 'online' ? ['The server is back.'] : [];
}

function passingNews(before: LocalState | undefined, technician: string): string[] {
  const technicianBefore = before && plain(before.session.card.technician.name);
  return technicianBefore === undefined || technicianBefore === technician
    ? []
    : [`${technician} goes on now, in place of ${technicianBefore}.`];
}

function toolNews(technician: string, before: LocalState | undefined, after: LocalState): string[] {
  const used = new Set(before?.inUse);
  const uses = new Set(after.inUse);
  return [
    ...after.inUse.filter((tool) => !used.has(tool)).map((tool) => `${technician} ${USE_WORDS[tool]} now.`),
    ...[...used]
      .filter((tool) => !uses.has(tool))
      .map((tool) => `${technician} no longer ${USE_WORDS[tool]}.`),
    ...after.session.card.tools
      .filter((tool) => after.session.tools[tool].standing === 'returned')
      .filter((tool) => before && before.session.tools[tool].standing !== 'returned')
      .map((tool) => `${technician} gave this back: ${TOOL_WORDS[tool]}.`),
  ];
}

function watcherNews(before: LocalState | undefined, after: LocalState): string[] {
  const names = new Map(
    [...(before?.session.watchers ?? []), ...after.session.watchers].map(({ watchingId, name }) => [
      watchingId,
      plain(name),
    ]),
  );
  const [watched, watching] = [new Set(before?.watchedBy), new Set(after.watchedBy)];
  return [
    ...after.watchedBy.filter((id) => !watched.has(id)).map((id) => `${names.get(id)} sees your screen now.`),
    ...[...watched]
      .filter((id) => !watching.has(id))
      .map((id) => `${names.get(id)} no longer sees your screen.`),
  ];
}

function chatNews(technician: string, before: LocalState | undefined, after: LocalState): string[] {
  const known = new Set(before?.chat.map(({ id }) => id));
  return after.chat
    .filter(({ id, from }) => from === 'technician' && !known.has(id))
    .map(({ name, text }) => `${name === undefined ? technician : plain(name)}: ${plain(text)}`);
}

function fileNews(before: LocalState | undefined, after: LocalState): string[] {
  // What became of files in the browser before this program is no news of it.
  if (before === undefined && after.session.handedOver) return [];
  const standings = new Map(before?.session.files.map(({ fileId, standing }) => [fileId, standing]));
  return after.session.files.flatMap((file) => {
    if (standings.get(file.fileId) === file.standing) return [];
    const name = plain(file.name ?? file.path ?? 'A file');
    const savedAs = after.transfers.find(({ fileId }) => fileId === file.fileId)?.savedAs;
    const why = file.detail ? `: ${plain(file.detail)}` : '';
    switch (file.standing) {
      case 'completed':
        return [savedAs ? `${name} is here: ${plain(savedAs)}` : `${name} was sent.`];
      case 'failed':
        return [`${name} did not arrive${why}.`];
      case 'cancelled':
        return [`${name} was cancelled${why}.`];
      case 'refused':
        if (saysNoSuchFile(file.reason)) return [askedInVain(after, file.fileId, name)];
        return [`${name} was refused${why}.`];
      default:
        return [];
    }
  });
}

function askedInVain({ session, asked }: LocalState, fileId: string, name: string): string {
  const tried = asked.find((each) => each.fileId === fileId);
  const why = tried?.problem ? ` ${plain(tried.problem)}` : '';
  const technician = plain(session.card.technician.name);
  return `${technician} asked for ${tried ? plain(tried.path) : name}.${why} Nothing was sent.`;
}
