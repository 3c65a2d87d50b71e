import assert from 'node:assert/strict';
import { v4 as uuid } from 'uuid';
import type { Entry, NewEntry } from '../../protocol/record.ts';
import { applyEntry, foldSession, isStory } from '../../protocol/session-fold.ts';
import { SessionRecord } from '../../protocol/session-record.ts';
import { withRetention } from '../../server/records/session-retention.ts';
import { Settings } from '../../server/settings/settings.ts';
import {
  begin,
  contacted,
  end,
  joined,
  laneClosed,
  laneOpened,
  note,
  REACHED_AT,
  sentFile,
  TECHNICIAN,
  technicianNoted,
} from './stories.ts';

const START = Date.parse('2026-03-02T09:00:00.000Z');
const at = (second: number) => new Date(START + second * 1000).toISOString();

/** Entries as stored, one second apart unless a number before one says at which second. */
function stored(...story: readonly (NewEntry | number)[]): Entry[] {
  let second = 0;
  const entries: Entry[] = [];
  for (const each of story) {
    if (typeof each === 'number') second = each;
    else entries.push({ ...each, id: uuid(), seq: entries.length + 1, at: at(second++) });
  }
  return entries;
}
const fold = (...story: readonly (NewEntry | number)[]) =>
  foldSession(stored(...story))?.record ?? assert.fail('there is no session');

const created = begin();
const { sessionId } = created;
const requestId = uuid();
const consent = (change: object) =>
  ({
    type: 'consent.answered',
    sessionId,
    requestId,
    allowed: [],
    refused: [],
    unable: [],
    mode: 'person',
    textVersion: '2026-1',
    ...change,
  }) as NewEntry;
const asked = (...tools: ('view' | 'control' | 'chat')[]) =>
  ({ type: 'consent.requested', sessionId, requestId, tools, expiresAt: at(60) }) as NewEntry;
const finished = (fileId: string, change: object) =>
  ({ type: 'file.finished', sessionId, fileId, outcome: 'completed', bytes: 5, ...change }) as NewEntry;

describe('the session record', () => {
  it('counts a connection that broke, and not a page that was reloaded', () => {
    const lost = { type: 'connection.lost', sessionId, side: 'technician', graceEndsAt: at(150) } as const;
    const resumed = { type: 'connection.resumed', sessionId, side: 'technician' } as const;
    const story = stored(created, 10, joined(sessionId), 20, lost, 22, resumed, 30, lost, 45, resumed);
    assert.equal(foldSession(story)?.record.connectionLosses, 1);
  });

  it('has every field filled by a full session', () => {
    const [view, fileId] = [uuid(), uuid()];
    const document = foldSession(
      stored(
        { ...created, detailsGiven: ['phone'] },
        technicianNoted(sessionId),
        contacted(sessionId, { phone: '+44 20 7946 0018' }),
        10,
        joined(sessionId),
        asked('view', 'control'),
        20,
        consent({ allowed: ['view'], refused: ['control'] }),
        { type: 'session.admitted', sessionId },
        30,
        { type: 'session.started', sessionId },
        laneOpened(sessionId, 'view', view),
        { type: 'connection.lost', sessionId, side: 'customer', graceEndsAt: at(150) },
        { type: 'connection.resumed', sessionId, side: 'customer' },
        { type: 'consent.volunteered', sessionId, tool: 'chat', textVersion: '2026-1' },
        40,
        ...sentFile(sessionId, 'driver.zip', fileId),
        ...note(sessionId, 'Installed the driver'),
        { type: 'grant.revoked', sessionId, tool: 'view', by: 'customer' },
        { type: 'grant.revoked', sessionId, tool: 'chat', by: 'technician' },
        91,
        laneClosed(sessionId, 'view', view, [100, 2000]),
        100,
        end(sessionId),
      ),
    );
    assert(document);
    const record = withRetention(document, Settings.parse({}).retention);
    assert.deepEqual(SessionRecord.parse(record), record);
    assert.deepEqual(record, {
      id: sessionId,
      status: 'ended',
      endReason: 'done',
      endedBy: 'technician',
      technician: { ...TECHNICIAN, ...REACHED_AT },
      contact: { ...created.contact, phone: '+44 20 7946 0018' },
      reference: 'INC-4711',
      reason: created.reason,
      outcome: 'solved',
      notes: [
        {
          noteId: document.record.notes[0]?.noteId ?? '',
          at: at(45),
          userId: TECHNICIAN.userId,
          note: 'Installed the driver',
        },
      ],
      detailsGiven: ['phone'],
      computer: {
        hostName: 'frontdesk-3',
        platform: 'Debian GNU/Linux 12',
        architecture: 'x64',
        privateAddress: '192.168.1.50',
        address: '203.0.113.9',
      },
      agent: { kind: 'native', version: '0.1.0' },
      createdAt: at(0),
      joinedAt: at(10),
      startedAt: at(30),
      endedAt: at(100),
      waitingSeconds: 30,
      activeSeconds: 70,
      totalSeconds: 100,
      tools: [
        {
          tool: 'view',
          requestedAt: at(0),
          answer: 'granted',
          answeredAt: at(20),
          decisions: [
            { at: at(20), to: 'granted' },
            { at: at(47), to: 'taken-back' },
          ],
          uses: 1,
          firstOpenedAt: at(31),
          lastClosedAt: at(91),
          seconds: 60,
          bytesFromTechnician: 100,
          bytesFromCustomer: 2000,
        },
        {
          tool: 'control',
          requestedAt: at(0),
          answer: 'refused',
          answeredAt: at(20),
          decisions: [{ at: at(20), to: 'refused' }],
          uses: 0,
          seconds: 0,
          bytesFromTechnician: 0,
          bytesFromCustomer: 0,
        },
        {
          tool: 'chat',
          answer: 'granted',
          answeredAt: at(34),
          decisions: [
            { at: at(34), to: 'granted' },
            { at: at(48), to: 'given-back' },
          ],
          uses: 0,
          seconds: 0,
          bytesFromTechnician: 0,
          bytesFromCustomer: 0,
        },
      ],
      files: [
        {
          fileId,
          tool: 'file-upload',
          name: 'driver.zip',
          renamed: false,
          size: 2048,
          sha256: 'a'.repeat(64),
          standing: 'completed',
          bothSidesAgree: true,
          at: at(40),
        },
      ],
      consent: {
        textVersion: '2026-1',
        answers: [
          { at: at(20), mode: 'person', allowed: ['view'], refused: ['control'] },
          { at: at(34), mode: 'volunteered', allowed: ['chat'], refused: [] },
        ],
      },
      connectionLosses: 0,
      retention: {
        deleteAfter: '2027-03-02T09:01:40.000Z',
        parts: [
          { kind: 'contact-details', deleteAfter: '2026-04-13T09:01:40.000Z' },
          { kind: 'chat-and-file-names', deleteAfter: '2026-04-13T09:01:40.000Z' },
        ],
      },
    });
  });

  it('tells a tool that was refused from one that nobody answered and one that the agent cannot serve', () => {
    const record = fold(
      created,
      consent({ refused: ['view'] }),
      consent({ refused: ['control'], mode: 'timed-out' }),
      consent({ unable: ['chat'] }),
    );
    assert.deepEqual(
      record.tools.map(({ tool, answer }) => [tool, answer]),
      [
        ['view', 'refused'],
        ['control', 'timed-out'],
        ['chat', 'unable'],
      ],
    );
  });

  it('shows the last answer where a tool was asked for twice', () => {
    const record = fold(
      created,
      consent({ refused: ['view'] }),
      asked('view'),
      consent({ allowed: ['view'] }),
    );
    assert.equal(record.tools[0]?.answer, 'granted');
    assert.equal(record.tools[0]?.requestedAt, at(0));
    assert.deepEqual(
      record.consent.answers.map(({ allowed }) => allowed),
      [[], ['view']],
    );
  });

  it('counts a session that never started as waiting, to its end', () => {
    const record = fold(created, 600, {
      type: 'session.ended',
      sessionId,
      status: 'expired',
      endedBy: 'broker',
      reason: 'code-expired',
    });
    assert.deepEqual(
      [record.status, record.waitingSeconds, record.activeSeconds, record.totalSeconds],
      ['expired', 600, undefined, 600],
    );
  });

  it('adds up a lane that opened again, and one that opened before the other had closed', () => {
    const [one, two, three] = [uuid(), uuid(), uuid()];
    const record = fold(
      created,
      10,
      laneOpened(sessionId, 'view', one),
      20,
      laneClosed(sessionId, 'view', one, [1, 2]),
      31,
      laneOpened(sessionId, 'view', two),
      35,
      laneOpened(sessionId, 'view', three),
      laneClosed(sessionId, 'view', two, [10, 20]),
      45,
      laneClosed(sessionId, 'view', three, [100, 200]),
    );
    const [use] = record.tools;
    assert.deepEqual(
      [use?.uses, use?.seconds, use?.bytesFromTechnician, use?.bytesFromCustomer, use?.lastClosedAt],
      [2, 10 + 5 + 10, 111, 222, at(45)],
    );
  });

  it('ends the use of a lane with the session, and still takes its bytes when they come late', () => {
    const lane = uuid();
    const story = [created, 10, laneOpened(sessionId, 'view', lane), 60, end(sessionId)];
    assert.equal(fold(...story).tools[0]?.seconds, 50);
    const [use] = fold(...story, 90, laneClosed(sessionId, 'view', lane, [7, 8])).tools;
    assert.deepEqual([use?.seconds, use?.bytesFromCustomer, use?.lastClosedAt], [50, 8, at(60)]);
  });

  describe('counts as one use', () => {
    const [first, second] = [uuid(), uuid()];
    const usesOf = (...story: readonly (NewEntry | number)[]) => fold(created, ...story).tools[0]?.uses;
    const shown = [consent({ allowed: ['view'] }), 5, laneOpened(sessionId, 'view', first)] as const;
    const broke = [20, laneClosed(sessionId, 'view', first, [1, 2])] as const;
    const again = [laneOpened(sessionId, 'view', second), 60, laneClosed(sessionId, 'view', second, [1, 2])];

    it('what goes on after a reload', () => assert.equal(usesOf(...shown, ...broke, 29, ...again), 1));
    it('and not what begins later', () => assert.equal(usesOf(...shown, ...broke, 31, ...again), 2));
    it('nor what was allowed anew', () => {
      const anew = [21, asked('view'), consent({ allowed: ['view'] }), ...again];
      assert.equal(usesOf(...shown, ...broke, ...anew), 2);
    });
    it('what goes on after a lane over which nothing went', () => {
      const idle = laneClosed(sessionId, 'view', first, [0, 0]);
      assert.equal(usesOf(...shown, 20, idle, 21, ...again), 1);
    });
    it('what somebody saw beside one who only watched', () => {
      const watcher = { ...laneOpened(sessionId, 'view', uuid()), watchingId: uuid() } as NewEntry;
      assert.equal(usesOf(watcher, ...shown, ...broke), 1);
    });
  });

  for (const isLate of [false, true])
    it(`counts a lane over which nothing went as no use, also when that is told ${isLate ? 'late' : 'in time'}`, () => {
      const [one, two] = [uuid(), uuid()];
      const used = [laneOpened(sessionId, 'view', one), 30, laneClosed(sessionId, 'view', one, [1, 2])];
      const idle = (lane: string) => laneClosed(sessionId, 'view', lane, [0, 0]);
      const never = fold(
        created,
        10,
        laneOpened(sessionId, 'view', two),
        60,
        ...(isLate ? [end(sessionId), idle(two)] : [idle(two), end(sessionId)]),
      ).tools[0];
      assert.deepEqual(
        [never?.uses, never?.seconds, never?.firstOpenedAt, never?.lastClosedAt],
        [0, 0, undefined, undefined],
      );
      const once = fold(
        created,
        10,
        ...used,
        50,
        laneOpened(sessionId, 'view', two),
        60,
        ...(isLate ? [end(sessionId), idle(two)] : [idle(two), end(sessionId)]),
      ).tools[0];
      assert.deepEqual(
        [once?.uses, once?.seconds, once?.firstOpenedAt, once?.lastClosedAt],
        [1, 20, at(10), at(30)],
      );
    });

  it('tells each answer, and each time that a tool was taken back', () => {
    const taken: NewEntry = { type: 'grant.revoked', sessionId, tool: 'view', by: 'customer' };
    const story = [
      consent({ allowed: ['view'] }),
      30,
      taken,
      40,
      asked('view'),
      consent({ refused: ['view'] }),
    ];
    const [use] = fold(created, 10, ...story).tools;
    assert.deepEqual(
      use?.decisions.map(({ to }) => to),
      ['granted', 'taken-back', 'refused'],
    );
    assert.equal(use?.answer, 'refused');
  });

  it('closes a lane whose bytes nobody could tell any more', () => {
    const lane = uuid();
    const [use] = fold(created, laneOpened(sessionId, 'view', lane), {
      type: 'lane.closed',
      sessionId,
      laneId: lane,
      tool: 'view',
      reason: 'broker-restarted',
    }).tools;
    assert.deepEqual([use?.seconds, use?.bytesFromCustomer], [1, 0]);
  });

  describe('a file', () => {
    const offer = (tool: 'file-upload' | 'file-download', fileId: string): NewEntry => ({
      type: 'file.offered',
      sessionId,
      fileId,
      tool,
      size: 5,
    });
    const fileId = uuid();
    const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];

    it('has arrived when its receiver says so, not when its sender does', () => {
      const sent = [
        created,
        offer('file-upload', fileId),
        finished(fileId, { side: 'technician', sha256: a }),
      ];
      assert.equal(fold(...sent).files[0]?.standing, 'offered');
      const [file] = fold(...sent, finished(fileId, { side: 'customer', sha256: a })).files;
      assert.deepEqual([file?.standing, file?.bothSidesAgree], ['completed', true]);
    });

    it('shows that the ends do not agree, with what the receiver has', () => {
      const [file] = fold(
        created,
        offer('file-download', fileId),
        finished(fileId, { side: 'technician', sha256: b }),
        finished(fileId, { side: 'customer', sha256: a }),
      ).files;
      assert.deepEqual([file?.sha256, file?.bothSidesAgree, file?.standing], [b, false, 'completed']);
    });

    it('fails or is cancelled by either side or the broker, but not after it arrived', () => {
      const outcomes = [
        finished(fileId, { side: 'technician', outcome: 'cancelled' }),
        finished(fileId, { side: 'customer', outcome: 'failed' }),
        finished(fileId, { side: 'broker', outcome: 'failed' }),
      ];
      for (const outcome of outcomes)
        assert.notEqual(fold(created, offer('file-upload', fileId), outcome).files[0]?.standing, 'offered');
      const arrived = finished(fileId, { side: 'customer', sha256: a });
      assert.equal(
        fold(created, offer('file-upload', fileId), arrived, ...outcomes).files[0]?.standing,
        'completed',
      );
    });

    it('is in the record from the moment it was asked for, and when it was refused', () => {
      const ask: NewEntry = { type: 'file.asked', sessionId, fileId };
      const refuse: NewEntry = { type: 'file.refused', sessionId, fileId, by: 'customer' };
      assert.deepEqual(fold(created, ask).files, [
        { fileId, tool: 'file-download', standing: 'asked', at: at(1) },
      ]);
      assert.equal(fold(created, ask, refuse).files[0]?.standing, 'refused');
    });
  });

  it('is folded without changing what was there', () => {
    let document: ReturnType<typeof applyEntry> | undefined;
    for (const entry of stored(
      created,
      joined(sessionId),
      ...sentFile(sessionId, 'x'),
      end(sessionId),
    ).filter(isStory)) {
      const before = JSON.stringify(document);
      const kept = document;
      document = applyEntry(document, entry);
      assert.equal(JSON.stringify(kept), before);
    }
  });

  it('has a beginning, and only one', () => {
    assert.equal(foldSession(stored(...note(sessionId, 'x'))), undefined);
    assert.throws(() => foldSession(stored(created, created)), /created before/);
  });
});
