import assert from 'node:assert/strict';
import { fieldFaults } from '../../../console/shared/field-faults.ts';
import { t } from '../../../console/shared/strings.ts';
import { NewUser, SetUpRequest } from '../../../protocol/access.ts';
import { OpenSession } from '../../../protocol/session.ts';

const words = t.problems.field;
const { needed } = t.technician.open;
const session = { contact: { name: 'Ada Example' }, reason: 'Printing fails', tools: ['view'] };

describe('fieldFaults', () => {
  it('says nothing of what the broker would take', () => {
    assert.deepEqual(fieldFaults(OpenSession, session, needed), {});
  });

  it('asks for each empty field in words of its own', () => {
    const empty = { ...session, contact: { name: '  ' }, reason: '' };
    assert.deepEqual(fieldFaults(OpenSession, empty, needed), needed);
  });

  it('says what is wrong with what was typed, never in the words of the schema', () => {
    const set = {
      token: 'x',
      organisation: 'o'.repeat(100),
      name: 'Adam',
      email: 'adam@',
      password: 'short',
    };
    assert.deepEqual(fieldFaults(SetUpRequest, set, t.technician.setUp.needed), {
      organisation: words.tooLong,
      email: words.email,
      password: words.tooShort(12),
    });
  });

  it('counts a wrong part of a field to the field', () => {
    const person = { name: 'Tess', email: 't@example.com', role: 'technician', password: 'twelve letters' };
    assert.deepEqual(fieldFaults(NewUser, { ...person, teams: ['Desk', 'x'.repeat(70)] }, {}), {
      teams: words.tooLong,
    });
  });
});
