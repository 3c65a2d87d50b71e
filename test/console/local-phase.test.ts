import assert from 'node:assert/strict';
import fc from 'fast-check';
import { announcementsBetween } from '../../console/customer/local/announcements.ts';
import { endingSentences } from '../../console/customer/local/ending.ts';
import { titleOf } from '../../console/customer/local/page-title.ts';
import { lookOf, phaseOf, secondsLeft } from '../../console/customer/local/phase.ts';
import { questionsWaiting } from '../../console/customer/local/questions-waiting.ts';
import { hasSavedHere } from '../../console/customer/local/saved-here.ts';
import { customer } from '../../console/shared/strings/en/customer.ts';
import { LocalState } from '../../protocol/local-page.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';
import { aFile, aPendingConsent, localState } from './local-state.ts';

const readable = (text: string) => text.replace(/[\u2068\u2069]/g, '');
const seconds = (ms: number) => `${ms / 1000} s`;

describe('what the customer’s page shows', () => {
  const request = aPendingConsent(['view', 'control']);

  it('goes from the question to waiting, to the session, to its end', () => {
    assert.equal(phaseOf(undefined).name, 'connecting');
    assert.deepEqual(phaseOf(localState({}, { pending: [request] })), { name: 'card', request });
    assert.equal(phaseOf(localState()).name, 'waiting');
    assert.equal(phaseOf(localState({}, { status: 'active' })).name, 'session');
    assert.equal(phaseOf(localState({ link: 'over' }, { status: 'active' })).name, 'over');
    for (const status of ['ended', 'declined', 'lost', 'expired', 'cancelled'] as const)
      assert.equal(phaseOf(localState({}, { status })).name, 'over');
  });

  it('keeps the session and its Stop in sight while anything is open here, whatever the server says', () => {
    for (const tool of TOOLS)
      for (const status of ['joined', 'active', 'ended'] as const)
        assert.equal(phaseOf(localState({ inUse: [tool] }, { status })).name, 'session');
  });

  it('asks for more without leaving the session', () => {
    const phase = phaseOf(localState({}, { status: 'active', pending: [request] }));
    assert.deepEqual(phase, { name: 'session', requests: [request] });
  });

  it('believes this computer’s own lanes before the server’s word', () => {
    const state = localState({ inUse: ['view'] });
    assert.equal(lookOf('view', state), 'in-use');
    const claimed = localState({}, {}, { view: 'in-use' });
    assert.equal(lookOf('view', claimed), 'allowed');
  });

  it('puts what has a deadline before files, and a file without its answer only once', () => {
    const state = localState(
      { asked: [{ fileId: aFile(2).fileId, path: '/home/ada/x', size: 3 }] },
      {
        status: 'active',
        pending: [request],
        files: [
          aFile(1, { standing: 'offered' }),
          aFile(2, { standing: 'asked', tool: 'file-download', path: 'x' }),
          aFile(3, { standing: 'offered', tool: 'file-download' }),
          aFile(4, { standing: 'completed' }),
        ],
      },
    );
    assert.deepEqual(
      questionsWaiting(state).map(({ kind, id }) => [kind, id]),
      [
        ['tools', request.requestId],
        ['offer', aFile(1).fileId],
        ['asked', aFile(2).fileId],
      ],
    );
  });

  it('tells in the tab’s title what is in use', () => {
    const titled = (state: LocalState) => titleOf(phaseOf(state), state, 'here');
    assert.equal(
      titled(localState({ inUse: ['view', 'control'] })),
      '● Tess Technician sees your screen and can use your mouse and keyboard - Countersign',
    );
    assert.equal(
      titled(localState({ link: 'offline' }, { status: 'active' })),
      'Connection broken - Countersign',
    );
    assert.equal(titled(localState({}, { pending: [request] })), 'Tess Technician asks you - Countersign');
  });

  it('and before that what waits for an answer, and what was written and not read', () => {
    const titled = (of: Parameters<typeof localState>[1], unread = 0) => {
      const state = localState({ inUse: ['view'] }, { status: 'active', ...of });
      return titleOf(phaseOf(state), state, 'here', { unread });
    };
    const watcher = {
      watchingId: aFile(9).fileId,
      name: 'Max Manager',
      role: 'manager',
      because: 'supervises',
      standing: 'asked',
      isSeeing: false,
      since: request.askedAt,
    } as const;
    const { askedAt: since, expiresAt } = request;
    const comes = { signingKey: 'key', platform: 'Debian', since, expiresAt };
    assert.equal(titled({ watchers: [watcher] }, 1), 'Max Manager asks you - Countersign');
    const asked = 'Tess Technician asks you - Countersign';
    assert.equal(titled({ files: [aFile(1)] }), asked);
    assert.equal(titled({ handOver: { asked: ['control'] } }), asked);
    assert.equal(titled({ pending: [request] }), asked);
    assert.equal(titled({ handOver: { comes } }), 'Is this program yours? - Countersign');
    assert.equal(titled({}, 1), 'Tess Technician writes to you - Countersign');
    assert.equal(titled({}, 3), '(3) Tess Technician writes to you - Countersign');
    assert.equal(titled({}), '● Tess Technician sees your screen - Countersign');
  });
});

describe('the countdown of a question', () => {
  const request = aPendingConsent(['view']);
  const askedMs = Date.parse(request.askedAt);

  it('counts by the clock when the clocks agree, also on a page that was loaded later', () => {
    assert.equal(secondsLeft(request, askedMs + 500, askedMs + 500), 60);
    assert.equal(secondsLeft(request, askedMs + 20_000, askedMs + 30_000), 30);
    assert.equal(secondsLeft(request, askedMs, askedMs + 61_000), 0);
  });

  it('counts from when the page saw it when this computer’s clock is hours off', () => {
    for (const offMs of [-7_200_000, 7_200_000, 86_400_000]) {
      const seenMs = askedMs + offMs;
      assert.equal(secondsLeft(request, seenMs, seenMs), 60);
      assert.equal(secondsLeft(request, seenMs, seenMs + 45_000), 15);
    }
  });

  it('is said in minutes while it is long', () => {
    const told = (left: number) => customer.local.secondsLeft(left);
    assert.equal(told(300), '5 minutes left. No answer means no.');
    assert.equal(told(89), '89 seconds left. No answer means no.');
    assert.equal(told(1), '1 second left. No answer means no.');
  });

  it('never goes below nothing or above the question’s own length', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 1e9 }), (off, later) => {
        const left = secondsLeft(request, askedMs + off, askedMs + off + later);
        assert.ok(left >= 0 && left <= 60, String(left));
      }),
    );
  });
});

describe('what a screen reader is told', () => {
  const said = (before: LocalState | undefined, after: LocalState) =>
    announcementsBetween(before, after).map(({ text, urgent }) => `${urgent ? '! ' : ''}${readable(text)}`);

  it('is nothing for what the page shows first', () => {
    assert.deepEqual(said(undefined, localState({ inUse: ['view'] })), []);
  });

  it('is each change once, what cannot wait first and at once', () => {
    const quiet = localState({}, { status: 'active', startedAt: '2026-03-14T12:00:00.000Z' });
    const busy = localState(
      { inUse: ['view', 'control'] },
      { status: 'active', startedAt: '2026-03-14T12:00:00.000Z', pending: [aPendingConsent(['clipboard'])] },
    );
    assert.deepEqual(said(quiet, busy), [
      '! Tess Technician asks to share text that you copy. Please answer.',
      '! Tess Technician sees your screen and can use your mouse and keyboard now.',
    ]);
    assert.deepEqual(said(busy, busy), []);
    assert.deepEqual(said(busy, quiet), [
      'No longer in use: See your screen and Use your mouse and keyboard.',
    ]);
  });

  it('says that nothing is shown once nothing is open here, and nothing against it before', () => {
    const inUse = (...tools: Tool[]) => localState({ link: 'offline', inUse: tools });
    const broken = '! The connection is broken.';
    assert.deepEqual(said(localState({ inUse: ['view', 'chat'] }), inUse('view', 'chat')), [broken]);
    assert.deepEqual(said(inUse('view', 'chat'), inUse('chat')), ['No longer in use: See your screen.']);
    assert.deepEqual(said(inUse('chat'), inUse()), [
      'No longer in use: Write messages with you.',
      '! Nothing of yours is being shown.',
    ]);
    assert.deepEqual(said(localState(), inUse()), [broken, '! Nothing of yours is being shown.']);
    assert.deepEqual(said(inUse(), inUse()), []);
  });

  it('tells of messages from the other side and of files', () => {
    const before = localState({}, { files: [aFile(1, { standing: 'accepted' })] });
    const after = localState(
      {
        chat: [
          {
            id: aFile(8).fileId,
            at: '2026-03-14T12:00:00.000Z',
            text: 'Hello',
            from: 'technician',
            name: 'Tom Tester',
          },
          { id: aFile(9).fileId, at: '2026-03-14T12:00:00.000Z', text: 'Hi', from: 'customer' },
        ],
      },
      { files: [aFile(1, { standing: 'completed' }), aFile(2, { standing: 'offered' })] },
    );
    assert.deepEqual(said(before, after), [
      'Tom Tester writes: Hello',
      'report.pdf is done.',
      '! Tess Technician wants to send you report.pdf.',
    ]);
  });
});

describe('the end, in sentences', () => {
  const told = (state: LocalState) => endingSentences(state, seconds).map(readable);

  it('says who ended it, how long it was, what was in use and which files came over', () => {
    const over = localState(
      { link: 'over', used: ['view', 'control'] },
      {
        status: 'ended',
        startedAt: '2026-03-14T12:00:00.000Z',
        endedAt: '2026-03-14T12:10:00.000Z',
        endReason: 'stopped-by-customer',
        files: [
          aFile(1, { standing: 'completed' }),
          aFile(2, { standing: 'completed', tool: 'file-download' }),
          aFile(3, { standing: 'completed', tool: 'file-download' }),
          aFile(4, { standing: 'failed' }),
        ],
        seenBy: [
          { name: 'Max Manager', role: 'manager', seconds: 49 },
          { name: 'Tom Tester', role: 'technician', seconds: 10, since: '2026-03-14T12:09:00.000Z' },
        ],
      },
    );
    assert.deepEqual(told(over), [
      'You stopped the session.',
      'It lasted 600 s, with Tess Technician.',
      'For a time, Tess Technician could see your screen and use your mouse and keyboard.',
      'Max Manager (manager) saw your screen for 49 s.',
      'Tom Tester (technician) saw your screen for 70 s.',
      'You received 1 file.',
      'You sent 2 files.',
      '1 file did not come through.',
    ]);
  });

  it('says of several technicians who helped and what was used, and not who used what', () => {
    const times = { startedAt: '2026-03-14T12:00:00.000Z', endedAt: '2026-03-14T12:10:00.000Z' };
    const earlier = [{ name: 'Tess Technician', until: '2026-03-14T12:05:00.000Z' }];
    const session = localState().session;
    const card = { ...session.card, technician: { name: 'Tom Tester' } };
    const over = (used: Tool[]) =>
      told(
        localState({ link: 'over', used }, { ...times, status: 'ended', endReason: 'done', earlier, card }),
      );
    assert.deepEqual(over(['view', 'clipboard']), [
      'Tom Tester ended the session.',
      'It lasted 600 s, with Tess Technician and Tom Tester.',
      'For a time, this was in use: your screen and copied text.',
    ]);
    assert.equal(over([]).at(-1), 'Tess Technician and Tom Tester used nothing on your computer.');
  });

  it('says of a program that took over what it knows, and where the rest stands', () => {
    const times = { startedAt: '2026-03-14T12:00:00.000Z', endedAt: '2026-03-14T12:10:00.000Z' };
    const handedOver = { text: 'the browser’s word', signature: 'signed' };
    const over = (of: Partial<LocalState>) =>
      told(
        localState({ link: 'over', ...of }, { ...times, status: 'ended', endReason: 'done', handedOver }),
      ).slice(2);
    const before = 'What was used before, in the browser, stands in your receipt.';
    assert.deepEqual(over({ used: ['view', 'clipboard'], receipt: 'here' }), [
      'Since the program took over, this was in use for a time: your screen and copied text.',
      before,
    ]);
    assert.deepEqual(over({ receipt: 'here' }), [before]);
    assert.deepEqual(over({ receipt: 'none' }), []);
  });

  it('names the folder of received files only where one of them lies in it', () => {
    const files = [aFile(1, { standing: 'completed' })];
    const { fileId } = files[0]!;
    const of = (transfer: { savedAs?: string }) =>
      localState({ transfers: [{ fileId, bytes: 1000, bytesPerSecond: 0, ...transfer }] }, { files });
    assert.equal(hasSavedHere(localState({}, { files })), false, 'the browser before this program took it');
    assert.equal(hasSavedHere(of({})), false);
    assert.equal(hasSavedHere(of({ savedAs: '/home/ada/Downloads/Countersign/report.pdf' })), true);
  });

  it('says what to do after a question that nobody answered in time', () => {
    assert.deepEqual(told(localState({ link: 'over' }, { endReason: 'consent-timed-out' })), [
      'Nobody answered in time, and no answer means no. Tess Technician saw and did nothing on this computer.',
      'If you still want help, ask Tess Technician for a new code and begin again with it.',
    ]);
  });

  it('says that nothing happened when nothing did', () => {
    assert.deepEqual(told(localState({ link: 'over' }, { endReason: 'refused-by-customer' })), [
      'You said “Not now”. Tess Technician saw and did nothing on this computer.',
    ]);
    assert.deepEqual(told(localState({ link: 'over' })), [
      'The session ended.',
      'Tess Technician was never connected to your screen or your files.',
    ]);
  });
});

describe('the states that these tests show', () => {
  it('are of the contract', () => {
    assert.doesNotThrow(() =>
      LocalState.parse(localState({}, { pending: [aPendingConsent(['view'])], files: [aFile(1)] })),
    );
  });
});
