import { Successor } from '../../protocol/passing.ts';
import { techniciansOf } from '../../protocol/passing-fold.ts';
import type { Side } from '../../protocol/session.ts';
import type { SessionRecord, TimelineEntry } from '../../protocol/session-record.ts';
import { isolated } from '../shared/isolated.ts';
import { timelineWords } from '../shared/strings/timeline.ts';
import { t } from '../shared/strings.ts';

const text = timelineWords;

/** Names for the sentences, isolated so that a right-to-left name does not turn its sentence around. */
export interface People {
  /** Whose the session was at that moment. */
  readonly technician: string;
  readonly customer: string;
  readonly fileName: (fileId: string) => string;
  /** What the technician asked for under this id, if they did. */
  readonly askedFor: (fileId: string) => string | undefined;
  /** Who is to get the file. */
  readonly receiver: (fileId: string) => Side;
  /** Somebody else who watched, or wanted to. */
  readonly watcher: (watchingId: string) => string;
  /** Somebody to whom the session was offered. */
  readonly successor: (passingId: string) => string;
  /** Why the session was offered is still kept. */
  readonly hasReason: (passingId: string) => boolean;
  /** Whose signing key it is, where it is a technician's. */
  readonly signer: (signingKey: string) => string | undefined;
  /** Its text is still kept. */
  readonly hasNote: (noteId: string) => boolean;
}

/** Who is who at each line: whose the session is changes with each passing. */
export function peopleInTurn(
  record: SessionRecord,
  inOrder: readonly TimelineEntry[],
): (index: number) => People {
  const names = techniciansOf(record).map(({ name }) => isolated(name));
  const successors = new Map<unknown, string>();
  const explained = new Set<unknown>();
  const signers = new Map<unknown, string>();
  const asked = new Map<unknown, string>();
  let turn = 0;
  const technicians = inOrder.map((entry) => {
    const technician = names[turn] ?? isolated(record.technician.name);
    const { type, passingId, successor, signingKey, side, fileId, name } = entry;
    if (type === 'passing.offered' || type === 'passing.asked')
      successors.set(passingId, isolated(nameIn(successor)));
    if (type === 'passing.explained') explained.add(passingId);
    if (type === 'account.began' && side === 'technician') signers.set(signingKey, technician);
    if (type === 'file.asked') asked.set(fileId, text.someFile);
    // The first name of what was asked for is that by which it was.
    if (type === 'file.named' && typeof name === 'string' && asked.get(fileId) === text.someFile)
      asked.set(fileId, text.quoted(isolated(name)));
    if (type === 'session.passed') turn += 1;
    return technician;
  });
  const people = {
    ...peopleOf(record),
    successor: (passingId: string) => successors.get(passingId) ?? t.passing.timeline.somebody,
    hasReason: (passingId: string) => explained.has(passingId),
    signer: (signingKey: string) => signers.get(signingKey),
    askedFor: (fileId: string) => asked.get(fileId),
  };
  return (index) => ({ ...people, technician: technicians[index] ?? '' });
}

const nameIn = (person: unknown): string => Successor.safeParse(person).data?.name ?? '';

function peopleOf(
  record: SessionRecord,
): Omit<People, 'technician' | 'successor' | 'hasReason' | 'signer' | 'askedFor'> {
  const tools = new Map(record.files.map((file) => [file.fileId, file.tool]));
  const names = new Map(record.files.map((file) => [file.fileId, file.name]));
  const watchers = new Map(record.watchers?.map(({ watchingId, name }) => [watchingId, isolated(name)]));
  return {
    customer: isolated(record.contact.contactName ?? record.contact.name),
    watcher: (watchingId) => watchers.get(watchingId) ?? t.watching.timeline.somebody,
    hasNote: (noteId) => record.notes.some((one) => one.noteId === noteId && one.note !== undefined),
    receiver: (fileId) => (tools.get(fileId) === 'file-download' ? 'technician' : 'customer'),
    fileName: (fileId) => {
      const name = names.get(fileId);
      return name === undefined ? text.someFile : text.quoted(isolated(name));
    },
  };
}
