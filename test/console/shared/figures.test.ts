import assert from 'node:assert/strict';
import {
  bitRate,
  byteRate,
  byteSize,
  clock,
  countdown,
  duration,
  milliseconds,
} from '../../../console/shared/figures.ts';

describe('figures', () => {
  it('shows session time as a clock', () => {
    assert.equal(clock(761), '00:12:41');
    assert.equal(clock(100 * 3600), '100:00:00');
    assert.equal(clock(-3), '00:00:00');
  });

  it('counts down to the second that is still left', () => {
    assert.equal(countdown(580.2), '9:41');
    assert.equal(countdown(0), '0:00');
    assert.equal(countdown(-5), '0:00');
  });

  it('says lengths in the two units that matter', () => {
    assert.equal(duration(41), '41 s');
    assert.equal(duration(60), '1 min');
    assert.equal(duration(761), '12 min 41 s');
    assert.equal(duration(7500), '2 h 5 min');
    assert.equal(duration(7200), '2 h');
  });

  it('never shows a thousand of a unit', () => {
    assert.equal(byteSize(999), '999 B');
    assert.equal(byteSize(999_600), '1.0 MB');
    assert.equal(byteSize(1_234_567), '1.2 MB');
    assert.equal(byteSize(123_456_789), '123 MB');
    assert.equal(byteSize(0), '0 B');
  });

  it('shows rates of files in bytes and of the line in bits', () => {
    assert.equal(byteRate(4_100_000), '4.1 MB/s');
    assert.equal(bitRate(150_000), '1.2 Mbit/s');
  });

  it('shows short times with a tenth', () => {
    assert.equal(milliseconds(4.26), '4.3 ms');
    assert.equal(milliseconds(41.6), '42 ms');
  });
});
