import type { FileOutcome, FileStanding, FileTool } from '../../protocol/file-messages.ts';
import type { FileReason } from '../../protocol/file-reason.ts';
import type { NewSessionEntry, SessionEntry } from '../../protocol/record.ts';
import type { SessionStatus, Side } from '../../protocol/session.ts';
import type { Tool } from '../../protocol/tool.ts';

/** One file of a session as its entries tell it. */
export interface SessionFile {
  readonly fileId: string;
  readonly tool: FileTool;
  readonly standing: FileStanding;
  readonly name?: string;
  readonly renamed?: boolean;
  readonly size?: number;
  readonly at: string;
  readonly reason?: FileReason;
  /** What each side said about how it went. */
  readonly accounts: Readonly<Partial<Record<Side | 'broker', FileOutcome>>>;
}

type Files = Readonly<Record<string, SessionFile>>;
type FileEntry = Exclude<Extract<SessionEntry, { fileId: string }>, { type: 'file.name-stated' }>;

const UNFINISHED: readonly FileStanding[] = ['asked', 'offered', 'accepted'];
export const isUnfinished = (file: SessionFile): boolean => UNFINISHED.includes(file.standing);

/** Who gets the bytes. */
export const receiverOf = (tool: FileTool): Side => (tool === 'file-upload' ? 'customer' : 'technician');
export const senderOf = (tool: FileTool): Side => (tool === 'file-upload' ? 'technician' : 'customer');

export function applyFileEntry(files: Files, entry: FileEntry): Files {
  const file = files[entry.fileId];
  const changed = file ? changedFile(file, entry) : newFile(entry);
  return changed === undefined || changed === file ? files : { ...files, [entry.fileId]: changed };
}

function newFile(entry: FileEntry): SessionFile | undefined {
  const { fileId, at } = entry;
  if (entry.type === 'file.asked') {
    return { fileId, tool: 'file-download', standing: 'asked', at, accounts: {} };
  }
  if (entry.type === 'file.offered') {
    return { fileId, tool: entry.tool, standing: 'offered', size: entry.size, at, accounts: {} };
  }
  return undefined;
}

function changedFile(file: SessionFile, entry: FileEntry): SessionFile {
  const moved = (standing: FileStanding, reason?: FileReason) =>
    isUnfinished(file)
      ? { ...file, standing, at: entry.at, ...(reason === undefined ? {} : { reason }) }
      : file;
  switch (entry.type) {
    case 'file.asked':
      return file;
    case 'file.offered':
      return { ...moved('offered'), size: entry.size };
    case 'file.named':
      return { ...file, name: entry.name, renamed: entry.renamed };
    case 'file.accepted':
      return moved('accepted');
    case 'file.refused':
      return moved('refused', entry.reason);
    case 'file.finished': {
      const accounts = { ...file.accounts, [entry.side]: entry.outcome };
      const decided = entry.outcome !== 'completed' || entry.side === receiverOf(file.tool);
      return { ...(decided ? moved(entry.outcome, entry.reason) : file), accounts };
    }
  }
}

/** What was still going on is over, for one tool or for all. */
export function cancelUnfinished(files: Files, at: string, reason: FileReason, tool?: Tool): Files {
  const concerned = unfinishedFiles(files, tool);
  if (concerned.length === 0) return files;
  return {
    ...files,
    ...Object.fromEntries(
      concerned.map((file) => [file.fileId, { ...file, standing: 'cancelled', at, reason }]),
    ),
  };
}

export function unfinishedFiles(files: Files, tool?: Tool): SessionFile[] {
  return Object.values(files).filter(
    (file) => isUnfinished(file) && (tool === undefined || file.tool === tool),
  );
}

/** What the end of a session is to a file that was still going on. */
export const cutOffBecause = (status: SessionStatus): FileReason =>
  status === 'lost' ? 'connection-lost' : 'session-over';

/** The broker's own account of transfers that it cuts off. */
export function cutOffFiles(
  sessionId: string,
  files: Files,
  reason: FileReason,
  tool?: Tool,
): NewSessionEntry[] {
  return unfinishedFiles(files, tool).map(({ fileId }) => ({
    type: 'file.finished',
    sessionId,
    fileId,
    side: 'broker',
    outcome: 'cancelled',
    reason,
  }));
}
