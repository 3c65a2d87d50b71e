import assert from 'node:assert/strict';
import { hash } from '@node-rs/argon2';
import { hashPassword, verifyPassword } from '../../server/access/password.ts';

describe('passwords', () => {
  it('are kept as argon2id with the parameters that OWASP asks for', async () => {
    assert.match(await hashPassword('correct horse battery'), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('match only themselves', async () => {
    const kept = await hashPassword('correct horse battery');
    assert.equal(await verifyPassword(kept, 'correct horse battery'), true);
    assert.equal(await verifyPassword(kept, 'correct horse batterz'), false);
  });

  it('get a salt each, so that equal ones do not look equal', async () => {
    assert.notEqual(await hashPassword('the same words'), await hashPassword('the same words'));
  });

  it('are the same however the keyboard composed an accent', async () => {
    assert.equal(
      await verifyPassword(await hashPassword('caf\u00e9 cr\u00e8me!'), 'cafe\u0301 cre\u0300me!'),
      true,
    );
  });

  it('never match where there is no account, not even the one that stands in for it', async () => {
    assert.equal(await verifyPassword(undefined, 'a password that nobody has'), false);
  });

  it('are checked in bounded number: a flood is refused, and then it goes on', async () => {
    const cheap = await hash('correct horse battery', { memoryCost: 64, timeCost: 1 });
    const flood = await Promise.allSettled(Array.from({ length: 80 }, () => verifyPassword(cheap, 'wrong')));
    const refused = flood.filter((one) => one.status === 'rejected');
    assert.equal(refused.length, 16);
    assert(refused.every(({ reason }) => reason.code === 'tries.too-many'));
    assert.equal(await verifyPassword(cheap, 'correct horse battery'), true);
  });

  it('cost an unknown user the same work as a known one', async () => {
    // Not a timed test: the order of magnitude tells whether argon2 ran at all (a lookup alone takes microseconds).
    const kept = await hashPassword('correct horse battery');
    const cpu = async (work: () => Promise<unknown>) => {
      const before = process.cpuUsage();
      for (let round = 0; round < 5; round++) await work();
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await verifyPassword(undefined, 'warm up');
    const known = await cpu(() => verifyPassword(kept, 'wrong'));
    const unknown = await cpu(() => verifyPassword(undefined, 'wrong'));
    assert(unknown > known / 4 && unknown < known * 4, `known ${known} µs, unknown ${unknown} µs`);
  });
});
