import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Received files go into a folder of this name, so that they are told apart from what the customer fetched. */
const OWN_FOLDER = 'Countersign';

export interface DownloadsChoice {
  /** Takes the place of the downloads folder. */
  readonly downloads?: string;
  readonly home?: string;
  readonly configHome?: string;
}

/** Where received files go: an absolute path, which need not exist yet. */
export async function receivedFilesFolder(choice: DownloadsChoice = {}): Promise<string> {
  const home = choice.home ?? homedir();
  return join(choice.downloads ?? (await downloadsFolder(home, choice.configHome)), OWN_FOLDER);
}

async function downloadsFolder(home: string, configHome = process.env.XDG_CONFIG_HOME): Promise<string> {
  const config = configHome && isAbsolute(configHome) ? configHome : join(home, '.config');
  const userDirs = await readFile(join(config, 'user-dirs.dirs'), 'utf8').catch(() => '');
  return downloadsInUserDirs(userDirs, home) ?? join(home, 'Downloads');
}

/** XDG_DOWNLOAD_DIR of a user-dirs.dirs file, which allows only "$HOME/..." and absolute paths. */
export function downloadsInUserDirs(userDirs: string, home: string): string | undefined {
  const line = /^\s*XDG_DOWNLOAD_DIR\s*=\s*"((?:[^"\\]|\\.)*)"/m.exec(userDirs)?.[1];
  if (line === undefined) return undefined;
  const path = line.replace(/\\(.)/g, '$1');
  const folder = path.startsWith('$HOME/') ? join(home, path.slice('$HOME/'.length)) : path;
  // A folder that is set to the home folder itself is switched off (xdg-user-dirs).
  return isAbsolute(folder) && join(folder, '.') !== join(home, '.') ? folder : undefined;
}
