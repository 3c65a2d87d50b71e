import assert from 'node:assert/strict';
import { isIdle, readingChanges, standingOf, withRule } from '../../console/privacy/reading-rights.ts';
import { Role } from '../../protocol/access.ts';
import { type Reading, ReadingPolicy } from '../../protocol/reading-policy.ts';
import { actionsOf } from '../../server/access/policies.ts';

const policy = ReadingPolicy.parse({});
const reading: Reading = {
  reading: policy,
  most: Object.fromEntries(Role.options.map((role) => [role, actionsOf(role, policy)])) as Reading['most'],
};

describe('the table of who reads what', () => {
  it('offers as a choice what a rule decides, and nothing else', () => {
    assert.deepEqual(
      Role.options.map((role) => [
        standingOf(reading, role, 'sessions'),
        standingOf(reading, role, 'export'),
      ]),
      [
        ['on', 'never'],
        ['on', 'on'],
        ['on', 'on'],
        ['on', 'on'],
        ['never', 'never'],
      ],
    );
    assert.equal(standingOf(reading, 'auditor', 'accessLog'), 'always');
    assert.equal(standingOf(reading, 'privacy', 'accessLog'), 'on');
    assert.equal(standingOf(reading, 'admin', 'verification'), 'always');
    assert.equal(standingOf(reading, 'manager', 'verification'), 'never');
  });

  it('names each change, and none when it was taken back', () => {
    const taken = withRule(policy, 'manager', 'contactDetails', false);
    assert.deepEqual(readingChanges(reading, taken), [
      { role: 'manager', right: 'contactDetails', isOn: false },
    ]);
    assert.deepEqual(readingChanges(reading, withRule(taken, 'manager', 'contactDetails', true)), []);
  });

  it('gives back a role’s own reach and never a wider one', () => {
    for (const role of Role.options) {
      const without = withRule(policy, role, 'sessions', false);
      assert.deepEqual(withRule(without, role, 'sessions', true), policy, role);
    }
  });

  it('shows that details and exports of no sessions are none', () => {
    const without = { ...reading, reading: withRule(policy, 'auditor', 'sessions', false) };
    assert.equal(isIdle(without, 'auditor', 'export'), true);
    assert.equal(isIdle(without, 'auditor', 'accessLog'), false);
    assert.equal(isIdle(reading, 'auditor', 'export'), false);
  });
});
