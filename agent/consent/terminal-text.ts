import type { Role } from '../../protocol/access.ts';
import type { Successor } from '../../protocol/passing.ts';
import { plain } from '../../protocol/plain-text.ts';
import type { Tool } from '../../protocol/tool.ts';
import type { WatchingState } from '../../protocol/watching.ts';

/** What each tool lets the technician do: after "wants to" and after "may". */
export const TOOL_WORDS: Record<Tool, string> = {
  view: 'see your screen',
  control: 'use your mouse and keyboard',
  clipboard: 'share the clipboard (what you copy and paste)',
  'file-upload': 'send you files',
  'file-download': 'ask for files of yours',
  chat: 'write with you',
  voice: 'talk with you',
};

/** What is going on while a tool is in use. */
export const USE_WORDS: Record<Tool, string> = {
  view: 'sees your screen',
  control: 'uses your mouse and keyboard',
  clipboard: 'shares your clipboard',
  'file-upload': 'sends you files',
  'file-download': 'gets files of yours',
  chat: 'writes with you',
  voice: 'talks with you',
};

const ROLE_WORDS: Record<Role, string> = {
  technician: 'technician',
  manager: 'manager',
  auditor: 'auditor',
  privacy: 'privacy officer',
  admin: 'administrator',
};

/** The question about somebody who wants to watch. `technician`: plain. */
export function wantsToWatch(
  { name, role, because }: Pick<WatchingState, 'name' | 'role' | 'because'>,
  technician: string,
): string {
  const why = because === 'invited' ? `invited by ${technician}` : `answers for the team of ${technician}`;
  return `May ${plain(name)} (${ROLE_WORDS[role]}, ${why}) see your screen too?`;
}

/** The question about somebody who is to go on. `technician`: plain. */
export function isToGoOn({ name, team }: Successor, technician: string, allowed: readonly Tool[]): string {
  const who = `${plain(name)}${team === undefined ? '' : ` of ${plain(team)}`}`;
  const words = allowed.map((tool) => TOOL_WORDS[tool]).join('; ');
  const stays = words === '' ? 'nothing is allowed right now' : `what you allowed stays allowed: ${words}`;
  return `May ${who} go on in place of ${technician} (${stays})?`;
}

export const plainLines = (text: string): string[] => text.split(/\r\n?|\n/).map(plain);

export function byteWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
