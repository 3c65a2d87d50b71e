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
  ])
    it(`is ${name}`, () => assert.equal(canBeRun(name), true));

  for (const name of ['report.pdf', 'exe', 'setup.exe.txt', 'photo.jpeg', '', '.', 'driver.'])
    it(`is not ${JSON.stringify(name)}`, () => assert.equal(canBeRun(name), false));
});
