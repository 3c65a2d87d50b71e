import assert from 'node:assert/strict';
import { Action, Role } from '../../protocol/access.ts';
import { actionsOf, demandAction, readScope } from '../../server/access/policies.ts';
import type { SignedIn } from '../../server/access/signed-in.ts';
import type { ReadScope } from '../../server/records/record-store.ts';
import { signedInAs } from './start-access.ts';

const refused = { code: 'permission.missing' };

/** Everything that a role has. What is not here must be refused: every pair of role and action is tried. */
const EXPECTED: Record<Role, Action[]> = {
  technician: ['session.open', 'session.read'],
  manager: ['session.read', 'session.export'],
  auditor: [
    'session.read',
    'session.export',
    'access-log.read',
    'user.read',
    'settings.read',
    'metrics.read',
  ],
  privacy: ['session.read', 'session.export', 'access-log.read', 'settings.read', 'settings.change'],
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
      });
    }
  }

  const reach: Partial<Record<Role, (user: SignedIn) => ReadScope>> = {
    technician: ({ userId }) => ({ technicianId: userId }),
    manager: ({ teams }) => ({ teams }),
    auditor: () => ({ everything: true }),
    privacy: () => ({ everything: true }),
  };
  for (const role of Role.options) {
    for (const action of ['session.read', 'session.export'] as const) {
      const scope = EXPECTED[role].includes(action) ? reach[role] : undefined;
      it(`let the role ${role} ${action} ${scope ? 'as far as their part goes' : 'not at all'}`, () => {
        const user = signedInAs(role, { teams: ['North', 'East'] });
        if (scope) assert.deepEqual(readScope(user, action), scope(user));
        else assert.throws(() => readScope(user, action), refused);
      });
    }
  }

  it('let a manager without a team read nothing', () => {
    assert.deepEqual(readScope(signedInAs('manager'), 'session.read'), { teams: [] });
  });

  it('do not let an API key change users or settings, whoever it belongs to', () => {
    const { signInId, ...key } = signedInAs('admin');
    for (const action of ['user.change', 'settings.change'] as const) {
      assert.throws(() => demandAction(key, action), { ...refused, message: /API key/ });
    }
    assert.doesNotThrow(() => demandAction(key, 'user.read'));
  });
});
