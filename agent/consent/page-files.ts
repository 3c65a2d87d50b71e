import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface PageFile {
  readonly type: string;
  readonly content: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Where `npm run setup` builds the pages. */
export const BUILT_PAGES = fileURLToPath(new URL('../../console/dist', import.meta.url));

/**
 * The local page and what it loads, by the path below the secret. All of it is read before anything is served,
 * so no request ever names a file of this computer. @throws when the page was not built.
 */
export async function readPageFiles(folder = BUILT_PAGES): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map([['', await readPageFile(join(folder, 'local.html'))]]);
  const assets = await readdir(join(folder, 'assets'), { withFileTypes: true });
  for (const { name } of assets.filter((each) => each.isFile() && extname(each.name) in TYPES))
    files.set(`assets/${name}`, await readPageFile(join(folder, 'assets', name)));
  return files;
}

async function readPageFile(path: string): Promise<PageFile> {
  return { type: TYPES[extname(path)]!, content: await readFile(path) };
}
