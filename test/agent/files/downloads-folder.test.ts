import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadsInUserDirs, receivedFilesFolder } from '../../../agent/files/downloads-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('the folder for received files', () => {
  it('is in the downloads folder of the desktop, in the reader’s own language', () => {
    const folder = (line: string) => downloadsInUserDirs(`# comment\n${line}\n`, '/home/ada');
    assert.equal(folder('XDG_DOWNLOAD_DIR="$HOME/Téléchargements"'), '/home/ada/Téléchargements');
    assert.equal(folder('XDG_DOWNLOAD_DIR="/data/dl"'), '/data/dl');
    assert.equal(folder('XDG_DOWNLOAD_DIR="$HOME/a \\"b\\""'), '/home/ada/a "b"');
    assert.equal(folder('XDG_DOWNLOAD_DIR="$HOME/"'), undefined);
    assert.equal(folder('XDG_DOWNLOAD_DIR="relative"'), undefined);
    assert.equal(folder('#XDG_DOWNLOAD_DIR="$HOME/x"'), undefined);
    assert.equal(folder('XDG_MUSIC_DIR="$HOME/Music"'), undefined);
  });

  it('falls back to Downloads, and can be set', async () => {
    const home = await temporaryFolder();
    const choice = { home: home.path, configHome: join(home.path, '.config') };
    assert.equal(await receivedFilesFolder(choice), join(home.path, 'Downloads', 'Countersign'));
    await mkdir(choice.configHome);
    await writeFile(join(choice.configHome, 'user-dirs.dirs'), 'XDG_DOWNLOAD_DIR="$HOME/Hämtningar"\n');
    assert.equal(await receivedFilesFolder(choice), join(home.path, 'Hämtningar', 'Countersign'));
    assert.equal(await receivedFilesFolder({ ...choice, downloads: '/elsewhere' }), '/elsewhere/Countersign');
    await home.remove();
  });
});
