import assert from 'node:assert/strict';
import { Action, Role } from '../../protocol/access.ts';
import { ReadingPolicy } from '../../protocol/reading-policy.ts';
import { actionsOf, demandAction, readScope, supervises } from '../../server/access/policies.ts';
import type { SignedIn } from '../../server/access/signed-in.ts';
import type { ReadScope } from '../../server/records/record-store.ts';
import { signedInAs } from './start-access.ts';

const refused = { code: 'permission.missing' };

/** Everything that a role has. What is not here must be refused: every pair of role and action is tried. */
const EXPECTED: Record<Role, Action[]> = {
  technician: ['session.open', 'session.read', 'session.invite', 'session.watch'],
  manager: ['session.read', 'session.export', 'session.watch'],
  auditor: [
    'session.read',
    'session.export',
    'access-log.read',
    'log.watch',
    'log.verify',
    'retention.read',
    'user.read',
    'settings.read',
    'metrics.read',
  ],
  privacy: [
    'session.read',
    'session.export',
    'access-log.read',
    'log.watch',
    'log.verify',
    'session.hold',
    'retention.read',
    'retention.run',
    'settings.read',
    'settings.change',
  ],
  admin: ['user.read', 'user.change', 'settings.read', 'settings.change', 'log.watch', 'metrics.read'],
};

describe('policies', () => {
  for (const role of Role.options) {
    for (const action of Action.options) {
      const allowed = EXPECTED[role].includes(action);
      it(`${allowed ? 'let' : 'do not let'} the role ${role} do ${action}`, () => {
        const user = signedInAs(role);
        assert.equal(actionsOf(role, user.reading).includes(action), allowed);
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

  describe('as the organisation narrows them', () => {
    const narrowed = (role: Role, reading: object, more: Partial<SignedIn> = {}) =>
      signedInAs(role, { reading: ReadingPolicy.parse({ [role]: reading }), ...more });

    it('take sessions, and with them the export, from a role', () => {
      for (const role of ['technician', 'manager', 'auditor', 'privacy'] as const) {
        const user = narrowed(role, { sessions: 'none' });
        for (const action of ['session.read', 'session.export'] as const)
          assert.throws(() => readScope(user, action), refused);
        assert(
          !actionsOf(role, user.reading).some(
            (action) =>
              action.startsWith('session.') &&
              !(
                role === 'technician' && ['session.open', 'session.invite', 'session.watch'].includes(action)
              ),
          ),
        );
      }
      assert.doesNotThrow(() => demandAction(narrowed('technician', { sessions: 'none' }), 'session.open'));
    });

    it('take the export alone, and who read what from privacy officers', () => {
      const user = narrowed('manager', { export: false });
      assert.doesNotThrow(() => readScope(user, 'session.read'));
      assert.throws(() => readScope(user, 'session.export'), refused);
      assert.throws(
        () => demandAction(narrowed('privacy', { accessLog: false }), 'access-log.read'),
        refused,
      );
    });

    it('withhold contact details', () => {
      const user = narrowed('manager', { contactDetails: false }, { teams: ['North'] });
      assert.deepEqual(readScope(user, 'session.read'), { teams: ['North'], withoutDetails: true });
      assert.deepEqual(readScope(signedInAs('auditor', { reading: user.reading }), 'session.read'), {
        everything: true,
      });
    });

    it('never give more than a role has', () => {
      for (const wider of [
        { technician: { sessions: 'all' } },
        { technician: { export: true } },
        { manager: { sessions: 'all' } },
        { auditor: { accessLog: false } },
        { admin: { sessions: 'all' } },
      ])
        assert(!ReadingPolicy.safeParse(wider).success, JSON.stringify(wider));
    });
  });

  it('let a manager ask to watch what their teams do, and nobody else without an invitation', () => {
    const north = { team: 'North' };
    const manager = signedInAs('manager', { teams: ['North'] });
    assert(supervises(manager, north));
    assert(!supervises(manager, { team: 'East' }));
    assert(!supervises(manager, {}));
    assert(!supervises(signedInAs('technician', { teams: ['North'] }), north));
    assert(!supervises(signedInAs('auditor', { teams: ['North'] }), north));
    const narrowed = ReadingPolicy.parse({ manager: { sessions: 'none' } });
    assert(!supervises({ ...manager, reading: narrowed }, north));
  });

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

  it('do not let an API key hold a session or run the deletion', () => {
    const { signInId, ...key } = signedInAs('privacy');
    for (const action of ['session.hold', 'retention.run'] as const) {
      assert.throws(() => demandAction(key, action), { ...refused, message: /API key/ });
    }
    assert.doesNotThrow(() => demandAction(key, 'retention.read'));
  });
});
