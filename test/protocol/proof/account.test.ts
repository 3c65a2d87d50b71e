import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { checkAccounts } from '../../../protocol/proof/account.ts';
import type { Statement } from '../../../protocol/proof/statement.ts';
import { deedOf } from '../../../protocol/proof/statement-and-entry.ts';
import { watcherDigestInput } from '../../../protocol/proof/watcher-digest.ts';
import type { SessionEntry } from '../../../protocol/record.ts';
import { hashBytes, isSignatureOf, sha256 } from '../../../server/records/node-signatures.ts';
import { SigningEnd } from '../../support/signing-end.ts';
import { SignedStory } from './signed-story.ts';

/** Here and now: a thousand checks that each wait for another thread take long on a busy machine. */
const check = ({ entries }: { entries: readonly SessionEntry[] }) =>
  checkAccounts(entries, async (...signed) => isSignatureOf(...signed), hashBytes);

/** `state: finding, finding` of a side. */
const said = async (story: { entries: readonly SessionEntry[] }, side: 'customer' | 'technician') => {
  const report = (await check(story))[side];
  if (!report) return 'nothing';
  const about = report.findings.map((finding) => finding.about);
  return [report.state, ...about].join(' ');
};
const says = (entry: SessionEntry): Statement['says'] | undefined =>
  entry.type === 'account.stated' ? (JSON.parse(entry.text) as Statement).says : undefined;

describe('the accounts of a session', () => {
  let story: SignedStory;
  beforeEach(() => {
    story = new SignedStory();
  });

  it('are signed when both ends and the record say the same', async () => {
    const reports = await check(story);
    assert.deepEqual(reports.customer, { state: 'signed', statements: 9, findings: [] });
    assert.deepEqual(reports.technician, { state: 'signed', statements: 7, findings: [] });
  });

  it('are so far signed while the session goes on', async () => {
    const end = story.entries.findIndex(({ type }) => type === 'session.ended');
    story.entries.length = end;
    assert.equal(await said(story, 'customer'), 'signed');
    assert.equal(await said(story, 'technician'), 'signed');
  });

  it('disagree about an answer to who may watch that nobody signed, though lines of the account are missing', async () => {
    const end = story.entries.findIndex(({ type }) => type === 'session.ended');
    story.entries.length = end;
    const { sessionId } = story;
    const watchingId = randomUUID();
    const shown = { watchingId, name: 'Max', role: 'manager' as const, because: 'supervises' as const };
    const { name, role, because } = shown;
    story.write({
      type: 'watching.asked',
      sessionId,
      watchingId,
      watcher: { userId: randomUUID(), name, role },
      because,
      expiresAt: '2026-03-02T09:30:00.000Z',
    });
    const watcherSha256 = sha256(watcherDigestInput(shown));
    story.write({
      type: 'watching.answered',
      sessionId,
      watchingId,
      allowed: true,
      mode: 'person',
      watcherSha256,
    });
    assert.equal(await said(story, 'customer'), 'disagrees not-said');
  });

  it('are none of a side that had nothing to sign', async () => {
    assert.deepEqual(await check({ entries: [] }), {});
    story.entries = story.entries.filter(({ type }) => type === 'session.joined');
    assert.equal(await said(story, 'technician'), 'nothing');
    assert.equal(await said(story, 'customer'), 'signed');
  });

  it('stay signed when a line stands twice to the letter, and the second brings nothing about', async () => {
    story.entries = story.entries.flatMap((entry): SessionEntry[] =>
      entry.type === 'account.stated' ? [entry, entry] : [entry],
    );
    assert.equal(await said(story, 'customer'), 'signed');
    const all = (type: SessionEntry['type']) => story.entries.filter((entry) => entry.type === type);
    const taken = story.entries.findIndex(({ type }) => type === 'grant.revoked');
    story.entries.splice(taken + 1, 0, ...all('account.stated').slice(0, 6), ...all('lane.opened'));
    assert.match(await said(story, 'customer'), /disagrees.*not-granted/);
  });

  it('are unsigned of an end without a key', async () => {
    story.entries = story.entries.filter(
      ({ type }) => !type.startsWith('account.') && type !== 'file.name-stated',
    );
    story.spoil('session.joined', ({ signingKey: _, ...entry }) => entry);
    assert.equal(await said(story, 'customer'), 'unsigned');
    assert.equal(await said(story, 'technician'), 'unsigned');
  });

  it('stay signed when the names of files are forgotten', async () => {
    story.entries = story.entries.filter(({ type }) => type !== 'file.name-stated' && type !== 'file.named');
    assert.equal(await said(story, 'customer'), 'signed');
  });

  describe('disagree, and it is said where, when', () => {
    const other: Record<string, [side: 'customer' | 'technician', about: string, spoil: () => void]> = {
      'a letter of a statement was changed': [
        'customer',
        'wrong-signature',
        () =>
          story.spoil('account.stated', (entry) => ({
            ...entry,
            text: entry.text.replace('"refused":["chat"]', '"refused":[]'),
          })),
      ],
      'a signature is that of another text': [
        'technician',
        'wrong-signature',
        () => {
          const { signature } = story.technician.sign('something');
          story.spoil('account.stated', (entry) =>
            entry.side === 'technician' ? { ...entry, signature } : entry,
          );
        },
      ],
      'a key was put in that nobody gave': [
        'customer',
        'unknown-key',
        () => {
          const stranger = new SigningEnd('customer', story.sessionId);
          story.spoil('account.stated', (entry) =>
            entry.side === 'customer'
              ? { ...entry, ...stranger.sign(entry.text), signingKey: stranger.signingKey }
              : entry,
          );
        },
      ],
      'a statement of another session was put in': [
        'customer',
        'not-a-statement',
        () =>
          story.resign('customer', 'grant.revoked', (text) =>
            text.replace(story.sessionId, '01890000-0000-7000-8000-000000000001'),
          ),
      ],
      'a number was used twice': [
        'customer',
        'said-twice',
        () => {
          story.customer.number -= 1;
          story.says('customer', { type: 'consent.volunteered', ...volunteered });
        },
      ],
      'the record says that more was allowed': [
        'customer',
        'other-answer',
        () =>
          story.spoil('consent.answered', (entry) => ({ ...entry, allowed: ['view', 'chat'], refused: [] })),
      ],
      'the record says that less was allowed': [
        'customer',
        'other-answer',
        () =>
          story.spoil('consent.answered', (entry) => ({ ...entry, allowed: [], refused: ['view', 'chat'] })),
      ],
      'the record says that a person answered what was answered in advance': [
        'customer',
        'other-answer',
        () => story.resign('customer', '"person"', (text) => text.replace('"person"', '"in-advance"')),
      ],
      'another text was shown than the record says': [
        'customer',
        'other-text',
        () => story.spoil('consent.answered', (entry) => ({ ...entry, textSha256: sha256('another text') })),
      ],
      'another text was shown than the record says to who allowed without being asked': [
        'customer',
        'other-text',
        () => story.spoil('consent.volunteered', (entry) => ({ ...entry, textVersion: '2' })),
      ],
      'the record has a consent that the customer did not sign': [
        'customer',
        'not-said',
        () =>
          story.spoil('account.stated', (entry) =>
            says(entry)?.type === 'consent.answered' ? undefined : entry,
          ),
      ],
      'a tool was used that nobody had granted': [
        'customer',
        'not-granted',
        () =>
          story.spoil('lane.opened', (entry) =>
            entry.tool === 'view' ? { ...entry, tool: 'control' } : entry,
          ),
      ],
      'a tool was used after it had been taken back': [
        'customer',
        'not-granted',
        () => {
          const taken = story.entries.findIndex((entry) => says(entry)?.type === 'grant.revoked');
          const opened = story.entries.findIndex(({ type }) => type === 'lane.opened');
          const [moved] = story.entries.splice(taken, 1);
          story.entries.splice(opened, 0, moved!);
        },
      ],
      'something came over a lane that the record does not know': [
        'customer',
        'never-opened',
        () => story.spoil('lane.opened', (entry) => (entry.laneId === story.viewLane ? undefined : entry)),
      ],
      'the lane was that of another tool': [
        'technician',
        'never-opened',
        () =>
          story.resign('technician', `"laneId":"${story.viewLane}"`, (text) =>
            text.replace('"view"', '"chat"'),
          ),
      ],
      'more came out of a lane than went in': [
        'customer',
        'other-bytes',
        () => story.resign('customer', '"received":90', (text) => text.replace(':90', ':101')),
      ],
      'the record says that an end sent more than it did': [
        'customer',
        'other-bytes',
        () => story.spoil('lane.closed', (entry) => ({ ...entry, bytesFromCustomer: 1001 })),
      ],
      'the record says another hash of a file': [
        'customer',
        'other-hash',
        () => story.spoil('file.finished', (entry) => ({ ...entry, sha256: sha256('xyz') })),
      ],
      'the record says that a file failed': [
        'technician',
        'other-file',
        () => story.spoil('file.finished', (entry) => ({ ...entry, outcome: 'failed' })),
      ],
      'the two ends have a file with another hash': [
        'technician',
        'ends-differ',
        () => {
          const change = (text: string) => text.replace(sha256('abc'), sha256('xyz'));
          story.resign('customer', 'file.finished', change);
          story.spoil('file.finished', (entry) =>
            entry.side === 'customer' ? { ...entry, sha256: sha256('xyz') } : entry,
          );
        },
      ],
      'the name in the record is another one': [
        'customer',
        'other-name',
        () => story.spoil('file.named', (entry) => ({ ...entry, name: 'other.pdf' })),
      ],
      'a name was put beside the account that does not fit its digest': [
        'technician',
        'other-name',
        () => story.spoil('file.name-stated', (entry) => ({ ...entry, name: 'other.pdf' })),
      ],
      'another computer was let in than the one that joined': [
        'technician',
        'other-computer',
        () =>
          story.resign('technician', 'computer.admitted', (text) =>
            text.replace(/,"signingKey":"[^"]+"|"signingKey":"[^"]+",/, ''),
          ),
      ],
      'the record says that the technician ended it, and they did not': [
        'technician',
        'other-ending',
        () =>
          story.resign('technician', 'session.ended', (text) =>
            text.replace('"endedBy":"technician"', '"endedBy":"customer"'),
          ),
      ],
      'a whole account does not mention that a grant was taken back': [
        'customer',
        'not-said',
        () =>
          story.write({
            type: 'grant.revoked',
            sessionId: story.sessionId,
            tool: 'file-upload',
            by: 'customer',
          }),
      ],
    };
    const volunteered = { tool: 'chat' as const, textVersion: '1', textSha256: sha256('x') };
    for (const [what, [side, about, spoil]] of Object.entries(other)) {
      it(what, async () => {
        spoil();
        const found = await said(story, side);
        assert(found.startsWith('disagrees ') && found.includes(about), found);
        const { findings } = (await check(story))[side]!;
        const marked = findings.find((finding) => finding.about === about)!;
        assert(story.entries.some(({ id }) => id === marked.entryId));
      });
    }
  });

  describe('are incomplete, and never disagree, when', () => {
    const left: Record<string, [side: 'customer' | 'technician', found: string, spoil: () => void]> = {
      'a line got lost': [
        'customer',
        'incomplete gap',
        () =>
          story.spoil('account.stated', (entry) =>
            says(entry)?.type === 'grant.revoked' ? undefined : entry,
          ),
      ],
      'an end was killed before it could close its account': [
        'customer',
        'incomplete not-closed',
        () =>
          story.spoil('account.stated', (entry) =>
            entry.side === 'customer' && says(entry)?.type === 'session.ended' ? undefined : entry,
          ),
      ],
      'a page was loaded anew and did not see a tool stop': [
        'technician',
        'incomplete left-open',
        () => {
          story.says('technician', { type: 'tool.started', tool: 'view', laneId: story.sessionId });
          const { number } = story.technician;
          story.says('technician', {
            type: 'session.ended',
            status: 'ended',
            endedBy: 'technician',
            statements: number + 1,
          });
        },
      ],
      'a technician did something in a browser that cannot sign': [
        'technician',
        'incomplete not-mentioned',
        () => {
          const lane = { sessionId: story.sessionId, laneId: story.fileId, tool: 'file-upload' as const };
          story.write({ type: 'lane.opened', ...lane });
          const bytes = { bytesFromTechnician: 5, bytesFromCustomer: 0 };
          story.write({ type: 'lane.closed', ...lane, reason: 'done', ...bytes });
        },
      ],
      'the broker refused a statement': [
        'customer',
        'incomplete refused',
        () =>
          story.write({
            type: 'statement.refused',
            sessionId: story.sessionId,
            side: 'customer',
            fault: 'signature',
          }),
      ],
    };
    for (const [what, [side, found, spoil]] of Object.entries(left)) {
      it(what, async () => {
        spoil();
        assert.equal(await said(story, side), found);
      });
    }

    it('an end is killed at any moment', async () => {
      for (const side of ['customer', 'technician'] as const) {
        const { length } = story.entries;
        for (let killedAt = 1; killedAt < length; killedAt += 1) {
          // What it did and said ends there; the broker and the other end go on.
          const entries = story.entries.filter(
            (entry, at) =>
              at < killedAt ||
              !(
                deedOf(entry) === side ||
                (entry.type === 'account.stated' && entry.side === side) ||
                (entry.type === 'file.name-stated' && entry.side === side)
              ),
          );
          const granted = entries.some(({ type }) => type === 'consent.volunteered');
          const lanes = entries.filter(({ type }) => granted || !type.startsWith('lane.'));
          const found = await said({ entries: lanes }, side);
          assert(!found.startsWith('disagrees'), `${side} killed at ${killedAt}: ${found}`);
        }
      }
    });

    it('any lines but those of consent got lost on the way, on either side', async () => {
      const losable = story.entries.filter((entry) => {
        const type = says(entry)?.type;
        return type !== undefined && !type.startsWith('consent.') && type !== 'file.finished';
      });
      await fc.assert(
        fc.asyncProperty(fc.subarray(losable), async (lost) => {
          const entries = story.entries.filter((entry) => !lost.includes(entry));
          const reports = await check({ entries });
          for (const side of ['customer', 'technician'] as const) {
            const anyLost = lost.some((entry) => entry.type === 'account.stated' && entry.side === side);
            assert.equal(reports[side]?.state, anyLost ? 'incomplete' : 'signed');
          }
        }),
        { numRuns: 30 },
      );
    });
  });

  describe('stay signed, though the two ends and the record differ as bad luck makes them differ, when', () => {
    const lane = { tool: 'view' as const, laneId: '01890000-0000-4000-8000-000000000009' };
    const well: Record<string, () => void> = {
      'the other end never came to a lane': () => {
        story.says('customer', { type: 'tool.started', ...lane });
        story.says('customer', { type: 'tool.stopped', ...lane, sent: 12, received: 0 });
        story.close();
      },
      'a lane broke before the customer’s end knew that it was open': () => {
        const { sessionId } = story;
        const opened = story.entries.findIndex(({ type }) => type === 'lane.opened');
        story.write({ type: 'lane.opened', sessionId, ...lane });
        story.entries.splice(opened, 0, story.entries.pop()!);
        const bytes = { bytesFromTechnician: 12, bytesFromCustomer: 0 };
        story.write({ type: 'lane.closed', sessionId, ...lane, reason: 'connection-lost', ...bytes });
        story.says('technician', { type: 'tool.started', ...lane });
        story.says('technician', { type: 'tool.stopped', ...lane, sent: 12, received: 0 });
        story.close();
      },
      'a killed broker does not know the bytes of a lane': () =>
        story.spoil('lane.closed', ({ bytesFromCustomer: _, bytesFromTechnician: __, ...entry }) => entry),
      'a broken lane lost bytes on the way': () => {
        story.resign('customer', '"received":90', (text) => text.replace(':90', ':0'));
        story.spoil('lane.closed', (entry) => ({ ...entry, bytesFromCustomer: 1 }));
        story.resign('technician', '"received":1000', (text) => text.replace(':1000', ':1'));
      },
      'an answer came too late': () => {
        const { sessionId } = story;
        const late = { requestId: lane.laneId, allowed: ['chat' as const], refused: [] };
        const shown = { textVersion: '1', textSha256: sha256('x') };
        story.says('customer', { type: 'consent.answered', ...late, mode: 'person', ...shown });
        const silent = { requestId: lane.laneId, allowed: [], refused: ['chat' as const], unable: [] };
        story.write({ type: 'consent.answered', sessionId, ...silent, mode: 'timed-out', ...shown });
        story.close();
      },
      'an answer was told again, with less in it, after a broken connection': () => {
        const { text } = story.entries.find((entry) => says(entry)?.type === 'consent.answered') as {
          text: string;
        };
        const first = (JSON.parse(text) as Statement).says;
        assert(first.type === 'consent.answered');
        story.says('customer', { ...first, allowed: ['view', 'chat'], refused: [] });
        story.close();
      },
      'both say that they ended it': () =>
        story.resign('customer', '"session.ended"', (text) =>
          text.replace('"endedBy":"technician"', '"endedBy":"customer"'),
        ),
      'one end has the whole file and the other one gave up': () => {
        const change = (text: string) => text.replace('"completed"', '"cancelled"');
        story.resign('technician', 'file.finished', change);
        story.spoil('file.finished', (entry) =>
          entry.side === 'technician' ? { ...entry, outcome: 'cancelled' } : entry,
        );
      },
    };
    for (const [what, happens] of Object.entries(well)) {
      it(what, async () => {
        happens();
        assert.equal(await said(story, 'customer'), 'signed');
        assert.equal(await said(story, 'technician'), 'signed');
      });
    }
  });
});
