import assert from 'node:assert/strict';
import fc from 'fast-check';
import { missingEntries, type PlacedEntry } from '../../../protocol/proof/whole-session.ts';
import { RECORD_TYPES, type RecordType } from '../../../protocol/record.ts';
import {
  counted,
  goesEarly,
  mayBeMissing,
  NO_ENTRIES,
  nextNumbering,
} from '../../../protocol/session-numbering.ts';

/** Entries of these types, numbered as the store numbers them. */
function numbered(types: readonly RecordType[]): PlacedEntry[] {
  let count = NO_ENTRIES;
  return types.map((type, index) => {
    const placed = { type, ...nextNumbering(count, type), at: `2026-03-02T09:00:0${index % 10}.000Z` };
    count = counted(count, placed);
    return placed;
  });
}

const STORY = numbered([
  'session.created',
  'technician.noted',
  'contact.noted',
  'session.joined',
  'consent.answered',
  'file.offered',
  'file.named',
  'file.accepted',
  'session.noted',
  'note.written',
  'session.ended',
]);
const without = (...ordinals: number[]) => STORY.filter(({ ordinal = 0 }) => !ordinals.includes(ordinal));
const found = (entries: readonly PlacedEntry[], may?: (type: string) => boolean) =>
  missingEntries(entries, may).map(({ ordinal, type }) => `${ordinal} ${type}`);

describe('the entries of a session', () => {
  it('are all there', () => assert.deepEqual(found(STORY), []));

  it('are named by number, kind and time where they may be missing', () => {
    assert.deepEqual(found(without(2, 3, 7, 9, 10)), [
      '2 technician.noted',
      '3 contact.noted',
      '7 file.named',
      '9 session.noted',
      '10 note.written',
    ]);
    assert.deepEqual(missingEntries(without(3)), [
      {
        ordinal: 3,
        type: 'contact.noted',
        from: '2026-03-02T09:00:01.000Z',
        to: '2026-03-02T09:00:03.000Z',
      },
    ]);
  });

  it('cannot be left out otherwise, whichever and however many', () => {
    const once = ['session.created', 'session.joined'];
    const types = (Object.keys(RECORD_TYPES) as RecordType[]).filter((type) => !once.includes(type));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 20 }),
        fc.array(fc.nat(19), { minLength: 1, maxLength: 5 }),
        (middle, which) => {
          const all = numbered(['session.created', ...middle, 'session.ended']);
          const out = new Set(which.map((index) => (index % middle.length) + 2));
          const left = all.filter(({ ordinal = 0 }) => !out.has(ordinal));
          const taken = all.filter(({ ordinal = 0 }) => out.has(ordinal));
          const expected = taken.map(({ ordinal, type }) => `${ordinal} ${type}`);
          if (taken.every(({ type }) => mayBeMissing(type))) assert.deepEqual(found(left), expected);
          else assert.throws(() => found(left), /of the session (is|are) missing, between entry \d+ \(/);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are not all of what an export may leave out', () => {
    assert.deepEqual(found(without(3, 7, 10), goesEarly), [
      '3 contact.noted',
      '7 file.named',
      '10 note.written',
    ]);
    assert.throws(
      () => found(without(9), goesEarly),
      /^ProofProblem: Entry 9 of the session is missing, between entry 8 \(file\.accepted, .*\) and entry 10 \(note\.written, .*\), and one of its kind \(session\.noted\) may not be\.$/,
    );
  });

  it('say in a sentence which one is missing, and when it was written', () => {
    assert.throws(
      () => found(without(5)),
      /^ProofProblem: Entry 5 of the session is missing, between entry 4 \(session\.joined, 2026-03-02T09:00:03\.000Z\) and entry 6 \(file\.offered, 2026-03-02T09:00:05\.000Z\), and nothing says that it may be\.$/,
    );
    assert.throws(
      () => found(without(2, 3, 4)),
      /Entries 2 to 4 of the session are missing, between entry 1 \(.*\) and entry 5 \(.*\), and nothing says that they may be\./,
    );
    assert.throws(() => found(without(1)), /Entry 1 of the session is missing, before entry 2/);
  });

  const ANSWERED = STORY[4]!;
  const FORGED: Record<string, { entries: PlacedEntry[]; finds: RegExp }> = {
    'two in another order': {
      entries: [...without(5), ANSWERED],
      finds: /Entry 5 of the session is missing/,
    },
    'one that stands twice': { entries: [...STORY, STORY.at(-1)!], finds: /stands after entry 11/ },
    'a second agent that no first one brought in': {
      entries: numbered(['session.created', 'session.joined', 'session.joined', 'session.ended']),
      finds: /entry 3 \(session\.joined, .*\) stands a second time; a session has one/,
    },
    'one without a number': {
      entries: [{ type: 'session.created', at: 'now' }],
      finds: /has no number in its session, so nobody can tell/,
    },
    'a number that is none': { entries: [{ ...STORY[0]!, ordinal: 0.5 }], finds: /has no number/ },
    'one that a later one calls something else': {
      entries: [...without(6), { ...STORY[5]!, ordinal: 6, follows: ['note.written'] }].sort(
        (a, b) => a.ordinal! - b.ordinal!,
      ),
      finds: /entry 5 \(consent\.answered, .*\) is called note\.written by a later one/,
    },
    'one that is named, but of a kind that must be there': {
      entries: [...without(5, 6), { ...STORY[5]!, follows: ['consent.answered'] }].sort(
        (a, b) => a.ordinal! - b.ordinal!,
      ),
      finds: /one of its kind \(consent\.answered\) may not be/,
    },
    'what it follows, in a shape that nobody reads': {
      entries: [STORY[0]!, { ...STORY[1]!, follows: { length: 1 } as unknown as string[] }],
      finds: /does not say in a readable way what it follows/,
    },
  };
  for (const [what, { entries, finds }] of Object.entries(FORGED))
    it(`are not taken with ${what}`, () => assert.throws(() => found(entries), finds));

  it('are gone through however many a stranger says that there were', () => {
    const [first, second] = [STORY[0] as PlacedEntry, STORY[3] as PlacedEntry];
    const follows = new Array<string>(200_000).fill('contact.noted');
    const last = { ...second, ordinal: follows.length + 10, follows };
    assert.throws(() => found([first, last]), /^ProofProblem: Entries 2 to 9 of the session are missing/);
  });
});
