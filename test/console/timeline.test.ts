import assert from 'node:assert/strict';
import { isQuiet, timelineOf } from '../../console/manager/timeline.ts';
import { sidesOf } from '../../console/shared/sides-of.ts';
import { t } from '../../console/shared/strings.ts';
import { RECORD_TYPES, type RecordType } from '../../protocol/record.ts';
import type { SessionDetail } from '../../protocol/session-record.ts';
import { SigningEnd } from '../support/signing-end.ts';
import { aRecord } from './session-detail.ts';

const AT = '2026-03-14T12:00:00.000Z';
const sessionId = '00000000-0000-7000-8000-000000000001';
const fileId = '00000000-0000-7000-8000-000000000500';
const readable = (text: string) => text.replace(/[\u2068\u2069]/g, '');

function story(...entries: [type: string, fields?: Record<string, unknown>][]): SessionDetail {
  return {
    record: aRecord(),
    accounts: {},
    timeline: entries.map(([type, fields], index) => ({
      seq: index + 1,
      id: `00000000-0000-7000-8000-${String(1000 + index).padStart(12, '0')}`,
      at: AT,
      type,
      sessionId,
      ...fields,
    })),
  };
}

const told = (...entries: [type: string, fields?: Record<string, unknown>][]) =>
  timelineOf(story(...entries)).map(({ sentence }) => readable(sentence));

describe('the timeline of a session', () => {
  it('tells a passing with whose session it was at each moment, and who signed', () => {
    const [tess, tom] = [new SigningEnd('technician', sessionId), new SigningEnd('technician', sessionId)];
    const successor = { userId: fileId, name: 'Tom Technician', team: 'Field' };
    const technician = aRecord().technician;
    const passingId = fileId;
    const began = (end: SigningEnd) => ({ side: 'technician', signingKey: end.signingKey });
    const last = tess.say({ type: 'session.passed', passingId, statements: 1 });
    const detail = story(
      ['account.began', began(tess)],
      ['passing.offered', { passingId, successor, isExplained: true }],
      ['passing.explained', { passingId, reason: 'He knows it' }],
      ['passing.asked', { passingId, successor, expiresAt: AT }],
      ['passing.answered', { passingId, allowed: true, mode: 'person', successorSha256: 'a'.repeat(64) }],
      ['session.passed', { passingId, technician: successor, from: technician }],
      ['account.stated', { ...began(tess), ...last }],
      ['account.began', began(tom)],
      ['grant.revoked', { tool: 'view', by: 'technician' }],
      ['passing.ended', { passingId: sessionId, by: 'successor', reason: 'declined' }],
    );
    detail.record.earlierTechnicians = [{ ...technician, until: AT }];
    detail.record.technician = successor;
    const lines = timelineOf(detail).map(({ sentence }) => readable(sentence));
    assert.deepEqual(lines.slice(0, 8), [
      'Tess Technician signs from here on.',
      'Tess Technician offered the session to Tom Technician.',
      'Tess Technician wrote why.',
      'Tom Technician took the offer. Ada Example was asked whether Tom Technician may go on.',
      'Ada Example let Tom Technician go on.',
      'Tess Technician passed the session on to Tom Technician.',
      'Tess Technician signed line 1: the session was passed on, and the end of this account.',
      'Tom Technician signs from here on.',
    ]);
    assert.match(lines[8] ?? '', /^Tom Technician/);
    assert.equal(lines[9], 'Somebody did not take the session.');
  });

  it('tells why a session was offered, and that it is gone once it is', () => {
    const successor = { userId: fileId, name: 'Tom Technician' };
    const offered = ['passing.offered', { passingId: fileId, successor, isExplained: true }] as const;
    const details = (...entries: Parameters<typeof story>) =>
      timelineOf(story(...entries)).map(({ detail }) => detail);
    const why = { passingId: fileId, reason: 'He knows it' };
    assert.deepEqual(details([...offered], ['passing.explained', why]), [undefined, 'He knows it']);
    assert.deepEqual(details([...offered]), ['Why is no longer kept.']);
  });

  it('says which way a picture went, what of it came, and what was tried beside that', () => {
    const lane = { laneId: fileId, tool: 'view' };
    const bytes = { bytesFromTechnician: 0, bytesFromCustomer: 2000 };
    const lines = timelineOf(
      story(
        ['lane.opened', { ...lane, path: 'webrtc' }],
        ['lane.closed', { ...lane, ...bytes, reason: 'unreachable' }],
        ['lane.opened', lane],
        [
          'lane.closed',
          {
            ...lane,
            ...bytes,
            reason: 'revoked',
            media: { packets: 90, packetsLost: 10, width: 1920, height: 1080, framesPerSecond: 29.7 },
          },
        ],
        ['media.refused', { side: 'customer', tool: 'view', fault: 'foreign' }],
      ),
    );
    assert.deepEqual(
      lines.map(({ sentence, detail }) => [readable(sentence), detail && readable(detail)]),
      [
        ['Screen: opened.', 'By WebRTC, through the media worker'],
        [
          'Screen: closed, because no direct way was found; it goes on through the server’s web address.',
          '0 bytes from the technician, 2,000 bytes from the customer',
        ],
        ['Screen: opened.', 'Through the server’s web address'],
        [
          'Screen: closed, because it was taken back.',
          '0 bytes from the technician, 2,000 bytes from the customer; 1920 × 1080, 30 pictures a second, 10 of 100 packets lost',
        ],
        [
          'The page of Ada Example tried to send something over a connection that is somebody else’s. It was refused.',
          undefined,
        ],
      ],
    );
  });

  it('says who asked, who answered what, and what was taken back', () => {
    assert.deepEqual(
      told(
        ['consent.requested', { requestId: fileId, tools: ['view', 'control', 'chat'], expiresAt: AT }],
        [
          'consent.answered',
          {
            requestId: fileId,
            allowed: ['view', 'chat'],
            refused: ['control'],
            unable: [],
            mode: 'person',
            textVersion: '1',
          },
        ],
        [
          'consent.answered',
          {
            requestId: fileId,
            allowed: [],
            refused: ['control'],
            unable: [],
            mode: 'timed-out',
            textVersion: '1',
          },
        ],
        ['consent.volunteered', { tool: 'control', textVersion: '1' }],
        ['grant.revoked', { tool: 'control', by: 'customer' }],
        ['grant.revoked', { tool: 'view', by: 'technician' }],
      ),
      [
        'Tess Technician asked Ada Example to allow: see the screen, use mouse and keyboard, and chat.',
        'Ada Example allowed: see the screen and chat; refused: use mouse and keyboard.',
        'Ada Example did not answer in time. That counts as no: use mouse and keyboard.',
        'Ada Example allowed without being asked: use mouse and keyboard.',
        'Ada Example took back: use mouse and keyboard.',
        'Tess Technician gave back: see the screen.',
      ],
    );
  });

  it('says of what a browser cannot do that it was not possible there: on that computer the program may', () => {
    const answer = { requestId: fileId, allowed: ['view' as const], refused: [], mode: 'person' as const };
    const [answered] = timelineOf(
      story(['consent.answered', { ...answer, unable: ['control'], textVersion: '1' }]),
    );
    assert.equal(answered?.detail, 'Not possible there: use mouse and keyboard. Consent text 1.');
  });

  it('says which file, how much of it, and its hash', () => {
    const sha256 = 'ab'.repeat(32);
    const [offered, finished] = timelineOf(
      story(
        ['file.offered', { fileId, tool: 'file-upload', size: 1 }],
        ['file.finished', { fileId, side: 'customer', outcome: 'completed', bytes: 2_097_152, sha256 }],
      ),
    );
    assert.equal(readable(offered?.sentence ?? ''), 'Tess Technician offered “report.pdf”, 1 byte.');
    assert.equal(
      readable(finished?.sentence ?? ''),
      '“report.pdf” is complete after 2,097,152 bytes, says Ada Example.',
    );
    assert.equal(finished?.detail, `SHA-256 ${sha256}`);
  });

  it('says who cancelled a file, by name as long as one technician had the session', () => {
    const cancelled = { fileId, outcome: 'cancelled', bytes: 0, reason: 'cancelled-by-customer' };
    const lines = told(
      ['file.finished', { ...cancelled, side: 'technician' }],
      ['file.finished', { ...cancelled, side: 'customer', reason: 'cancelled-by-technician' }],
    );
    assert.deepEqual(lines, [
      '“report.pdf” was cancelled after 0 bytes, says Tess Technician: cancelled by Ada Example.',
      '“report.pdf” was cancelled after 0 bytes, says Ada Example: cancelled by Tess Technician.',
    ]);
    const record = aRecord();
    const because = () => readable(t.files.because('cancelled-by-technician', sidesOf(record)));
    assert.equal(because(), 'cancelled by Tess Technician');
    record.earlierTechnicians = [{ ...record.technician, until: AT }];
    assert.equal(because(), 'cancelled by the technician');
  });

  it('says who accepted a file, and which was asked for when another came', () => {
    const other = '00000000-0000-7000-8000-000000000501';
    const asked = '00000000-0000-7000-8000-000000000502';
    const detail = story(
      ['file.accepted', { fileId }],
      ['file.asked', { fileId: other }],
      ['file.named', { fileId: other, name: 'the letter', renamed: false }],
      ['file.offered', { fileId: other, tool: 'file-download', size: 20 }],
      ['file.named', { fileId: other, name: 'letter.odt', renamed: false }],
      ['file.accepted', { fileId: other }],
      ['file.asked', { fileId: asked }],
      ['file.offered', { fileId: asked, tool: 'file-download', size: 1 }],
    );
    const [first] = detail.record.files;
    detail.record.files.push({ ...first!, fileId: other, tool: 'file-download', name: 'letter.odt' });
    assert.deepEqual(
      timelineOf(detail)
        .map(({ sentence }) => readable(sentence))
        .filter((sentence) => !sentence.startsWith('The file')),
      [
        'Ada Example accepted “report.pdf”.',
        'Tess Technician asked for “the letter”.',
        'Ada Example offered “letter.odt”, 20 bytes, when asked for “the letter”.',
        'Tess Technician accepted “letter.odt”.',
        'Tess Technician asked for a file.',
        'Ada Example offered a file, 1 byte, as asked.',
      ],
    );
  });

  it('says why a file did not come through, and that nobody was asked for one that is not there', () => {
    assert.deepEqual(
      told(
        ['file.refused', { fileId, by: 'customer', reason: 'not-found' }],
        ['file.finished', { fileId, side: 'technician', outcome: 'failed', bytes: 0, reason: 'no-space' }],
      ),
      [
        'There is no such file on Ada Example’s computer: “report.pdf”. Nobody was asked and nothing was sent.',
        '“report.pdf” failed after 0 bytes, says Tess Technician: there was no room for it where it was to go.',
      ],
    );
  });

  it('marks what went wrong', () => {
    const lines = timelineOf(
      story(
        ['connection.lost', { side: 'customer', graceEndsAt: AT }],
        ['session.ended', { status: 'ended', endedBy: 'customer', reason: 'reported-by-customer' }],
        ['lane.closed', { laneId: fileId, tool: 'view', reason: 'done' }],
      ),
    );
    assert.deepEqual(
      lines.map(({ trouble }) => trouble === true),
      [true, true, false],
    );
    assert.match(lines[2]?.detail ?? '', /before it could count/);
  });

  it('marks the line that the signed accounts do not agree with, and says how', () => {
    const detail = story(['lane.opened', { laneId: fileId, tool: 'control' }], ['session.started']);
    const [opened] = detail.timeline;
    detail.accounts = {
      customer: {
        state: 'disagrees',
        statements: 3,
        findings: [{ about: 'not-granted', entryId: opened!.id, tool: 'control' }, { about: 'gap' }],
      },
    };
    assert.deepEqual(
      timelineOf(detail).map(({ marks }) => marks),
      [[{ sentence: 'Mouse and keyboard: the customer had signed no grant for this.', disagrees: true }], []],
    );
  });

  it('keeps what was signed in the background, unless it is what does not agree', () => {
    const customer = new SigningEnd('customer', sessionId);
    const stated = customer.say({ type: 'grant.revoked', tool: 'view' });
    const entry = { side: 'customer', signingKey: customer.signingKey };
    const detail = story(
      ['account.stated', { ...entry, ...stated }],
      ['account.stated', { ...entry, ...stated, text: '?' }],
    );
    const quiet = () => timelineOf(detail).map(isQuiet);
    assert.deepEqual(quiet(), [true, true]);
    const [signed] = timelineOf(detail);
    assert.equal(readable(signed!.sentence), 'Ada Example signed line 1: Screen: taken back.');
    assert.deepEqual([signed!.detail, JSON.parse(signed!.signedText ?? '').number], [undefined, 1]);
    const findings = [{ about: 'said-twice' as const, entryId: detail.timeline[0]!.id }];
    detail.accounts = { customer: { state: 'disagrees', statements: 1, findings } };
    assert.deepEqual(quiet(), [false, true]);
  });

  it('tells a page that was reloaded from a connection that broke', () => {
    const detail = story(
      ['connection.lost', { side: 'technician', graceEndsAt: AT }],
      ['connection.resumed', { side: 'technician' }],
      ['connection.lost', { side: 'technician', graceEndsAt: AT }],
      ['connection.resumed', { side: 'technician' }],
    );
    detail.timeline[1]!.at = '2026-03-14T12:00:02.000Z';
    detail.timeline[3]!.at = '2026-03-14T12:00:20.000Z';
    const lines = timelineOf(detail);
    assert.deepEqual(
      lines.map(({ sentence, trouble }) => [readable(sentence), trouble === true]),
      [
        ['Tess Technician was away for 2 s.', false],
        ['Tess Technician is connected again.', false],
        ['The connection to Tess Technician broke.', true],
        ['Tess Technician is connected again.', false],
      ],
    );
  });

  it('keeps its own order, not that of the answer', () => {
    const detail = story(['session.started'], ['session.admitted']);
    detail.timeline.reverse();
    assert.deepEqual(
      timelineOf(detail).map(({ sentence }) => readable(sentence)),
      ['The session started.', 'Tess Technician let this computer in.'],
    );
  });

  it('gives an entry that it does not know its line all the same', () => {
    assert.deepEqual(told(['session.teleported'], ['lane.opened', { tool: 'telepathy' }], ['constructor']), [
      'session.teleported (this page does not know more about it)',
      'lane.opened (this page does not know more about it)',
      'constructor (this page does not know more about it)',
    ]);
  });

  it('has a sentence for every type of entry that belongs to a session', () => {
    const types = (Object.keys(RECORD_TYPES) as RecordType[]).filter(
      (type) => 'sessionId' in RECORD_TYPES[type].fields.shape,
    );
    assert.ok(types.length > 15);
    // Without their fields most of them say only that they are there; none may be missing.
    assert.equal(timelineOf(story(...types.map((type): [string] => [type]))).length, types.length);
  });

  it('tells a note, and that its text is gone once it is', () => {
    const noted = ['session.noted', { userId: fileId, outcome: 'solved', noteId: fileId }] as const;
    const detail = story([...noted], ['note.written', { noteId: fileId, note: 'New cable.' }]);
    detail.record.notes.push({ noteId: fileId, at: AT, userId: fileId, note: 'New cable.' });
    assert.deepEqual(
      timelineOf(detail).map((line) => line.detail),
      [undefined, 'New cable.'],
    );
    const [left] = timelineOf(story([...noted]));
    assert.equal(left?.detail, 'The text of the note is no longer kept.');
  });

  it('tells who holds it, until when and why', () => {
    const by = { userId: fileId, name: 'Priya Privacy' };
    const until = '2027-03-14T23:59:59.999Z';
    const lines = timelineOf(
      story(
        ['retention.held', { by, what: 'hold', until, reason: 'A claim' }],
        ['retention.lifted', { by, what: 'hold', reason: 'Settled' }],
      ),
    );
    assert.match(
      readable(lines[0]?.sentence ?? ''),
      /^Priya Privacy put a hold on this session until .*14.*2027/,
    );
    assert.equal(lines[0]?.detail, 'A claim');
    assert.equal(readable(lines[1]?.sentence ?? ''), 'Priya Privacy lifted the hold.');
  });

  it('holds a name that reads from right to left in its place', () => {
    const detail = story(['session.admitted']);
    detail.record.technician.name = 'ליאור';
    assert.equal(timelineOf(detail)[0]?.sentence, '\u2068ליאור\u2069 let this computer in.');
  });
});
