import type { Tool } from '../../protocol/tool.ts';
import type { CustomerDesk, CustomerInterface } from './customer-desk.ts';

/**
 * `--allow`: answers every question by what was allowed on the command line, and says so in the record.
 * What is not on the list is refused, and so is whoever else wants to watch or to go on in the technician's place. With a file tool on it, its files are taken or
 * given without asking.
 */
export function answerInAdvance(desk: CustomerDesk, allowed: readonly Tool[]): CustomerInterface {
  const answered = new Set<string>();
  const look = () => {
    const state = desk.state();
    if (!state || state.link === 'over') return;
    for (const { requestId, tools } of state.session.pending) {
      if (answered.has(requestId)) continue;
      answered.add(requestId);
      const yes = tools.filter((tool) => allowed.includes(tool));
      desk.command({ type: 'consent.answer', requestId, allowed: yes }, 'in-advance');
    }
    for (const { watchingId, standing } of state.session.watchers) {
      if (standing !== 'asked' || answered.has(watchingId)) continue;
      answered.add(watchingId);
      desk.command({ type: 'watching.answer', watchingId, allow: false }, 'in-advance');
    }
    const { passing } = state.session;
    if (passing && !answered.has(passing.passingId)) {
      const { passingId } = passing;
      answered.add(passingId);
      desk.command({ type: 'passing.answer', passingId, allow: false }, 'in-advance');
    }
    for (const { fileId, tool, standing } of state.session.files) {
      const open = standing === 'asked' || (standing === 'offered' && tool === 'file-upload');
      // A path that was asked for is first looked up; until then there is nothing to answer.
      const ready = standing !== 'asked' || state.asked.some((each) => each.fileId === fileId);
      if (!open || !ready || !allowed.includes(tool) || answered.has(fileId)) continue;
      answered.add(fileId);
      desk.command({ type: 'file.answer', fileId, accept: true, forSession: false }, 'in-advance');
    }
  };
  const stop = desk.onChange(look);
  look();
  return { close: async () => stop() };
}
