import assert from 'node:assert/strict';
import { runsProgram } from '../../../console/technician/runs-program.ts';

describe('which computers run the program', () => {
  it('are those that a browser does not name as something else than Linux', () => {
    const runs = ['Linux', 'X11', 'Debian 12', 'unknown', ''];
    const not = [
      'Windows',
      'Windows 11',
      'macOS 15.1',
      'Android',
      'Android 14',
      'Chrome OS',
      'Chromium OS',
      'iPhone',
    ];
    assert.deepEqual(runs.filter(runsProgram), runs);
    assert.deepEqual(not.filter(runsProgram), []);
  });
});
