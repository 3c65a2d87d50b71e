import type { LogAlarm } from '../../protocol/log-alarm.ts';
import type { Resource } from './resource.ts';

/** What was known stays when the broker is away; a broker that cannot read its record any more raises the alarm by that. */
export function standingAlarms(
  before: readonly LogAlarm[],
  resource: Resource<readonly LogAlarm[]>,
): readonly LogAlarm[] {
  if (resource.standing === 'there') return resource.value;
  if (resource.standing === 'loading' || resource.problem.code !== 'record.unavailable') return before;
  return [...before.filter(({ kind }) => kind !== 'unwritable'), { kind: 'unwritable' }];
}
