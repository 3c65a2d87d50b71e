import assert from 'node:assert/strict';
import { Problem, type ProblemCode } from '../../../console/shared/api.ts';
import { standingAlarms } from '../../../console/shared/standing-alarms.ts';
import type { LogAlarm } from '../../../protocol/log-alarm.ts';

describe('the alarms that a page shows', () => {
  const before: LogAlarm[] = [{ kind: 'verification', findings: 2 }];
  const failed = (code: ProblemCode) => ({ standing: 'failed' as const, problem: new Problem(code, 'no') });

  it('are what the broker answers, and stay while it is away', () => {
    assert.deepEqual(standingAlarms(before, { standing: 'there', value: [] }), []);
    assert.equal(standingAlarms(before, { standing: 'loading' }), before);
    assert.equal(standingAlarms(before, failed('unreachable')), before);
  });

  it('say that the record takes nothing when the broker cannot even tell who asks, and say it once', () => {
    const then = standingAlarms(before, failed('record.unavailable'));
    assert.deepEqual(then, [...before, { kind: 'unwritable' }]);
    assert.deepEqual(standingAlarms(then, failed('record.unavailable')), then);
  });
});
