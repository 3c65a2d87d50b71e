import assert from 'node:assert/strict';
import { Action, Role } from '../../protocol/access.ts';
import { actionsOf, can, demandAction, readScope } from '../../server/access/policies.ts';
import { signedInAs } from './start-access.ts';

const OTHER = '01890000-0000-7000-8000-00000000beef';
const refused = { code: 'permission.missing' };

/** Everything that a role has. What is not here must be refused: every pair of role and action is tried. */
const EXPECTED: Record<Role, Action[]> = {
  technician: ['session.open', 'session.read'],
  manager: ['session.read', 'session.export'],
  auditor: ['session.read', 'session.export', 'user.read', 'settings.read', 'metrics.read'],
  privacy: ['session.read', 'session.export', 'settings.read', 'settings.change'],
  admin: ['user.read', 'user.change', 'settings.read', 'settings.change', 'metrics.read'],
};

describe('policies', () => {
  for (const role of Role.options) {
    for (const action of Action.options) {
      const allowed = EXPECTED[role].includes(action);
      it(`${allowed ? 'let' : 'do not let'} the role ${role} do ${action}`, () => {
        const user = signedInAs(role);
        assert.equal(actionsOf(role).includes(action), allowed);
        if (allowed) assert.doesNotThrow(() => demandAction(user, action));
        else assert.throws(() => demandAction(user, action), refused);
        if (!allowed) assert.equal(can(user, action, { technicianId: user.userId, team: 'North' }), false);
      });
    }
  }

  it('let a technician read their own sessions and no others', () => {
    const tess = signedInAs('technician', { teams: ['North'] });
    assert.equal(can(tess, 'session.read', { technicianId: tess.userId, team: 'North' }), true);
    assert.equal(can(tess, 'session.read', { technicianId: OTHER, team: 'North' }), false);
    assert.deepEqual(readScope(tess, 'session.read'), { technicianId: tess.userId });
    assert.throws(() => readScope(tess, 'session.export'), refused);
  });

  it('let a manager read the sessions of their teams and no others', () => {
    const mona = signedInAs('manager', { teams: ['North', 'East'] });
    assert.equal(can(mona, 'session.read', { technicianId: OTHER, team: 'East' }), true);
    assert.equal(can(mona, 'session.read', { technicianId: OTHER, team: 'South' }), false);
    assert.equal(can(mona, 'session.read', { technicianId: OTHER }), false);
    assert.deepEqual(readScope(mona, 'session.read'), { teams: ['North', 'East'] });
  });

  it('let a manager without a team read nothing', () => {
    const nobody = signedInAs('manager');
    assert.equal(can(nobody, 'session.read', { technicianId: OTHER }), false);
    assert.deepEqual(readScope(nobody, 'session.read'), { teams: [] });
  });

  for (const role of ['auditor', 'privacy'] as const) {
    it(`let the role ${role} read every session`, () => {
      assert.equal(can(signedInAs(role), 'session.read', { technicianId: OTHER, team: 'South' }), true);
      assert.deepEqual(readScope(signedInAs(role), 'session.export'), { everything: true });
    });
  }

  it('do not let an administrator read the session log', () => {
    assert.throws(() => readScope(signedInAs('admin'), 'session.read'), refused);
  });

  it('do not let an API key change users or settings, whoever it belongs to', () => {
    const { signInId, ...key } = signedInAs('admin');
    for (const action of ['user.change', 'settings.change'] as const) {
      assert.equal(can(key, action, {}), false);
      assert.throws(() => demandAction(key, action), { ...refused, message: /API key/ });
    }
    assert.doesNotThrow(() => demandAction(key, 'user.read'));
  });
});
