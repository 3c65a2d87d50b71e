import assert from 'node:assert/strict';
import { following } from '../../server/records/sqlite/size-by.ts';

describe('the hours by which the log grew', () => {
  const followed = (...hours: number[]) =>
    following(hours.map((hour, index) => ({ hour: String(hour).padStart(3, '0'), size: index + 1 }))).map(
      ({ hour }) => Number(hour),
    );

  it('are all, where the clock was right', () => {
    assert.deepEqual(followed(), []);
    assert.deepEqual(followed(3, 4, 9, 10), [3, 4, 9, 10]);
  });
  it('are not those of a clock that was behind, or ahead, for a while', () => {
    assert.deepEqual(followed(300, 301, 7, 8, 302, 303), [300, 301, 302, 303]);
    assert.deepEqual(followed(300, 301, 700, 701, 302, 303, 304), [300, 301, 302, 303, 304]);
    assert.deepEqual(followed(300, 7, 301, 900, 302, 303), [300, 301, 302, 303]);
  });
  it('are the later ones where as many say the one and the other', () => {
    assert.deepEqual(followed(300, 7), [300]);
    assert.deepEqual(followed(300, 301, 7, 8), [300, 301]);
  });
});
