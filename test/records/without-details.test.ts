import assert from 'node:assert/strict';
import { classificationOf } from '../../protocol/classification.ts';
import { type Entry, RECORD_TYPES, type RecordType, type SessionEntry } from '../../protocol/record.ts';
import { foldSession } from '../../protocol/session-fold.ts';
import { withRetention } from '../../server/records/session-retention.ts';
import { entryWithoutDetails, recordWithoutDetails } from '../../server/records/without-details.ts';
import { Settings } from '../../server/settings/settings.ts';
import { begin, contacted, joined } from './stories.ts';

const DETAILS = ['+44 20 7946 0018', 'dana@harbour.example', '203.0.113.9', '192.168.1.50'];

describe('a session without contact details', () => {
  const created = begin({ detailsGiven: ['contactName', 'phone', 'email'] });
  const story = [
    created,
    contacted(created.sessionId, {
      contactName: 'Wanda',
      phone: '+44 20 7946 0018',
      email: 'dana@harbour.example',
    }),
    joined(created.sessionId),
  ].map(
    (entry, index) =>
      ({ ...entry, id: String(index), seq: index + 1, at: '2026-03-02T09:00:00.000Z' }) as Entry,
  );
  const folded = foldSession(story);
  assert(folded);
  const record = withRetention(folded, Settings.parse({}).retention);

  it('names the customer and their computer, and says how to reach neither', () => {
    const shown = recordWithoutDetails(record);
    const text = JSON.stringify([shown, story.map((entry) => entryWithoutDetails(entry as SessionEntry))]);
    for (const detail of DETAILS) {
      assert(JSON.stringify(record).includes(detail));
      assert(!text.includes(detail), detail);
    }
    assert.equal(shown.contact.name, 'Dana Whitfield');
    assert.equal(shown.contact.contactName, 'Wanda');
    // Otherwise they would look deleted.
    assert.deepEqual(shown.detailsGiven, ['contactName']);
    assert.equal(shown.computer?.hostName, 'frontdesk-3');
  });

  it('tells on which computer a program was that was not let in, and not at which address', () => {
    const told = entryWithoutDetails({
      type: 'hand-over.turned-away',
      computer: { hostName: 'elsewhere', platform: 'Debian', architecture: 'x64', address: '203.0.113.9' },
      reason: 'refused',
    } as SessionEntry);
    assert(told.type === 'hand-over.turned-away');
    assert.deepEqual([told.computer.hostName, told.computer.address], ['elsewhere', 'not shown']);
  });

  it('is all there is: no other entry of a session holds a contact or a computer', () => {
    const holding = (Object.keys(RECORD_TYPES) as RecordType[]).filter((type) => {
      const { shape } = RECORD_TYPES[type].fields;
      return 'details' in shape || 'computer' in shape;
    });
    assert.deepEqual(holding, [
      'contact.noted',
      'session.joined',
      'hand-over.turned-away',
      'agent.handed-over',
    ]);
    assert.equal(classificationOf(RECORD_TYPES['contact.noted'].fields.shape.details), 'personal');
    assert.deepEqual(Object.keys(RECORD_TYPES['session.created'].fields.shape.contact.shape), [
      'name',
      'company',
    ]);
  });
});
