import type { PendingConsent } from '../../../protocol/consent.ts';
import type { FileState } from '../../../protocol/file-messages.ts';
import type { ComingProgram } from '../../../protocol/hand-over.ts';
import type { LocalState } from '../../../protocol/local-page.ts';
import type { PassingState } from '../../../protocol/passing.ts';
import type { Tool } from '../../../protocol/tool.ts';
import type { WatchingState } from '../../../protocol/watching.ts';

/** Something that the customer has to decide while the session goes on. */
export type Question =
  | { readonly kind: 'tools'; readonly id: string; readonly request: PendingConsent }
  | { readonly kind: 'program'; readonly id: string; readonly program: ComingProgram }
  | { readonly kind: 'hand-over'; readonly id: string; readonly tools: readonly Tool[] }
  | { readonly kind: 'watcher'; readonly id: string; readonly watcher: WatchingState }
  | { readonly kind: 'passing'; readonly id: string; readonly passing: PassingState }
  | { readonly kind: 'offer'; readonly id: string; readonly file: FileState }
  | {
      readonly kind: 'asked';
      readonly id: string;
      readonly file: FileState;
      readonly asked: LocalState['asked'][number];
    };

/** In the order in which they are put, one at a time: what has a deadline first. */
export function questionsWaiting({ session, asked, isHandingOver }: LocalState): Question[] {
  const tools = session.pending.map((request) => ({
    kind: 'tools' as const,
    id: request.requestId,
    request,
  }));
  const watchers = session.watchers
    .filter(({ standing }) => standing === 'asked')
    .map((watcher) => ({ kind: 'watcher' as const, id: watcher.watchingId, watcher }));
  const { passing } = session;
  const passings = passing ? [{ kind: 'passing' as const, id: passing.passingId, passing }] : [];
  const files = session.files.flatMap((file): Question[] => {
    if (file.standing === 'offered' && file.tool === 'file-upload')
      return [{ kind: 'offer', id: file.fileId, file }];
    const found = asked.find(({ fileId }) => fileId === file.fileId);
    // One that is still looked up is no question yet, and one that is not there never will be.
    if (file.standing === 'asked' && found !== undefined && found.problem === undefined)
      return [{ kind: 'asked', id: file.fileId, file, asked: found }];
    return [];
  });
  const { asked: wanted, comes } = session.handOver ?? {};
  const programs =
    comes && !isHandingOver ? [{ kind: 'program' as const, id: comes.signingKey, program: comes }] : [];
  const handOver = wanted ? [{ kind: 'hand-over' as const, id: 'hand-over', tools: wanted }] : [];
  return [...tools, ...passings, ...watchers, ...programs, ...handOver, ...files];
}
