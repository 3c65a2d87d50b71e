import assert from 'node:assert/strict';
import { canBeRun } from '../../../console/customer/local/can-be-run.ts';

describe('a file that can be run', () => {
  for (const name of [
    'setup.exe',
    'SETUP.EXE',
    'invoice.pdf.exe',
    'update.msi',
    'fix.sh',
    'Tool.dmg',
    'list.xlsm',
    'list.xlsb',
    'help.pyw',
    'support.rdp',
    'viewer.application',
    'viewer.appref-ms',
    'viewer.appinstaller',
    'printer.settingcontent-ms',
    'shared.library-ms',
    'disk.iso',
    'disk.img',
    'disk.vhd',
    'disk.vhdx',
    'notes.one',
    'figures.iqy',
    'fix.diagcab',
    'fix.msu',
    'settings.mobileconfig',
    'page.website',
    'page.inetloc',
    'fix.fish',
    // Windows leaves the dots and spaces at an end out.
    'setup.exe.',
    'setup.exe . ',
  ])
    it(`is ${name}`, () => assert.equal(canBeRun(name), true));

  for (const name of [
    'report.pdf',
    'exe',
    'setup.exe.txt',
    'photo.jpeg',
    '',
    '.',
    'driver.',
    'one',
    'page.html',
    'photos.zip',
  ])
    it(`is not ${JSON.stringify(name)}`, () => assert.equal(canBeRun(name), false));
});
