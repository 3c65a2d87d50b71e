import assert from 'node:assert/strict';
import { progressLine } from '../../server/cli/progress-line.ts';

describe('the line that tells how far long work is', () => {
  const watched = (isTTY: boolean) => {
    const written: string[] = [];
    let now = 1_000_000;
    const out = { isTTY, write: (text: string) => written.push(text) > 0 };
    return { written, line: progressLine(out, () => now), pass: (ms: number) => (now += ms) };
  };

  it('says on a terminal the share and, once that is known, the time left, of each work by itself', () => {
    const { written, line, pass } = watched(true);
    line.tell('Reading', { done: 0, total: 10 });
    pass(600);
    line.tell('Reading', { done: 1, total: 10 });
    pass(100);
    line.tell('Reading', { done: 2, total: 10 });
    pass(4_300);
    line.tell('Reading', { done: 5, total: 10 });
    line.tell('Deleting', { done: 0, total: 400 });
    pass(3_000);
    line.tell('Deleting', { done: 4, total: 400 });
    line.clear();
    const lines = written.map((text) => text.replaceAll('\r\u001b[K', ''));
    assert.deepEqual(lines, [
      'Reading: 10 %',
      'Reading: 50 %, about 5 s left',
      'Deleting: 1 %, about 5 min left',
      '',
    ]);
  });

  it('writes a whole line now and then where nobody looks on, and nothing of what is soon over', () => {
    const { written, line, pass } = watched(false);
    line.tell('Reading', { done: 0, total: 10 });
    pass(9_000);
    line.tell('Reading', { done: 4, total: 10 });
    pass(1_000);
    line.tell('Reading', { done: 5, total: 10 });
    line.clear();
    assert.deepEqual(written, ['Reading: 50 %, about 10 s left\n']);
  });
});
