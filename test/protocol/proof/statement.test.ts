import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { MAX_STATEMENT_CHARACTERS, StatedName } from '../../../protocol/proof/signed-statement.ts';
import {
  MAY_SAY,
  readStatement,
  Says,
  type Statement,
  statementText,
} from '../../../protocol/proof/statement.ts';
import { TOOLS } from '../../../protocol/tool.ts';

const session = randomUUID();
const textSha256 = 'a'.repeat(64);
const statement = (says: Says, change: Partial<Statement> = {}): Statement => ({
  session,
  side: 'customer',
  number: 1,
  at: '2026-03-02T09:00:00.000Z',
  says,
  ...change,
});
const revoked = statement({ type: 'grant.revoked', tool: 'control' });

describe('a statement', () => {
  it('has one text, and is read from no other', () => {
    const text = statementText(revoked);
    assert.equal(
      text,
      `{"at":"2026-03-02T09:00:00.000Z","number":1,"says":{"tool":"control","type":"grant.revoked"},"session":"${session}","side":"customer"}`,
    );
    assert.deepEqual(readStatement(text), revoked);
    const others = {
      'in another order': JSON.stringify(revoked),
      'with white space': text.replace(',', ', '),
      'with an escape': text.replace('control', '\\u0063ontrol'),
      'with a name twice': text.replace('{"at"', '{"number":1,"at"'),
      'with another number': text.replace('"number":1', '"number":1.0'),
      'with more to say': text.replace('{"at"', '{"and":"more","at"'),
      'with more in what it says': text.replace('{"tool"', '{"and":"more","tool"'),
      'with no end': text.slice(0, -1),
      'with half a character': `${text}\uD800`,
      nothing: '',
    };
    for (const [how, other] of Object.entries(others)) assert.equal(readStatement(other), undefined, how);
  });

  it('is of bounded length, and the longest answer fits', () => {
    const longest = statementText(
      statement({
        type: 'consent.answered',
        requestId: randomUUID(),
        allowed: [...TOOLS],
        refused: [...TOOLS],
        mode: 'in-advance',
        textVersion: 'v'.repeat(200),
        textSha256,
      }),
    );
    assert(longest.length < MAX_STATEMENT_CHARACTERS, String(longest.length));
    assert(readStatement(longest));
    assert.equal(readStatement(longest + ' '.repeat(MAX_STATEMENT_CHARACTERS)), undefined);
  });

  it('says only what its side can say of itself', () => {
    const types = Says.options.map(({ shape }) => shape.type.value);
    assert.deepEqual(new Set([...MAY_SAY.customer, ...MAY_SAY.technician]), new Set(types));
    assert.equal(readStatement(statementText({ ...revoked, side: 'technician' })), undefined);
    const admitted = statement({ type: 'computer.admitted' });
    assert.equal(readStatement(statementText(admitted)), undefined);
    assert(readStatement(statementText({ ...admitted, side: 'technician' })));
  });

  it('numbers from one', () => {
    for (const number of [0, -1, 1.5, 2 ** 53])
      assert.equal(readStatement(statementText({ ...revoked, number })), undefined);
  });

  it('opens the digest of a name only with one that is safe', () => {
    const salt = Buffer.alloc(16, 7).toString('base64');
    assert(StatedName.safeParse({ salt, name: 'report.pdf' }).success);
    for (const name of ['../report.pdf', 'a\u202Efdp.exe', '', 'x'.repeat(300)])
      assert(!StatedName.safeParse({ salt, name }).success, name);
    assert(!StatedName.safeParse({ salt: salt.slice(4), name: 'report.pdf' }).success);
  });
});
