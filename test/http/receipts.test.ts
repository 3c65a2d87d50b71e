import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProvenEntry } from '../../protocol/log-proof.ts';
import { checkReceipt } from '../../protocol/proof/receipt.ts';
import { checkSignatures, entriesOf } from '../../protocol/proof/receipt-signatures.ts';
import { parseKeyText } from '../../protocol/proof/signed-note.ts';
import { ReadingPolicy } from '../../protocol/reading-policy.ts';
import { Receipt } from '../../protocol/receipt.ts';
import { SessionOpened } from '../../protocol/session.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { logSigner, sha256, verifySignature } from '../../server/records/transparency/node-crypto.ts';
import { verifyFile } from '../../server/records/verify/verify-files.ts';
import { SigningEnd } from '../support/signing-end.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { type Person, type RunningHttp, startHttp } from './start-http.ts';

const CRYPTO = { sha256, verify: verifySignature };

describe('receipts', function () {
  this.timeout(60_000);
  let http: RunningHttp;
  let tess: Person;
  let session: { id: string; token: string };
  let folder: TemporaryFolder;

  const open = async (signingKey?: string) => {
    const body = {
      contact: { name: 'Ada Example', company: 'Example Ltd', phone: '+44 20 7946 0018' },
      reason: 'printing fails',
      tools: ['view'],
    };
    const { id, code } = SessionOpened.parse((await tess.ask('/api/v1/sessions', { body })).json);
    const computer = { platform: 'Debian GNU/Linux 12', architecture: 'x64', hostName: 'ada-pc' };
    const agent = { kind: 'native', version: '1.0.0', capable: ['view'] };
    const joining = { code, protocolVersion: PROTOCOL_VERSION, computer, agent, signingKey };
    const joined = await http.ask('/api/v1/join', { body: joining });
    assert.equal(joined.status, 200, joined.text);
    return { id, code, token: joined.json.agentToken as string };
  };
  const ofCustomer = (id: string, token: string) =>
    http.ask(`/api/v1/receipt?session=${id}`, { headers: { authorization: `Bearer ${token}` } });

  before(async () => {
    folder = await temporaryFolder();
    http = await startHttp();
    tess = await http.person('technician', { teams: ['North'] });
    session = await open();
    assert.equal((await ofCustomer(session.id, session.token)).json.error.code, 'receipt.not-yet');
    await tess.ask(`/api/v1/sessions/${session.id}/end`, { body: { outcome: 'solved', note: 'was rude' } });
  });
  beforeEach(() => http.access.fresh());
  after(async () => {
    await http.stop();
    await folder.remove();
  });

  it('are given to the customer by the agent’s token, hold nothing that is the staff’s own, and are right', async () => {
    const reply = await ofCustomer(session.id, session.token);
    assert.equal(reply.status, 200);
    assert.match(
      reply.headers.get('content-disposition') ?? '',
      /attachment; filename=receipt-[-0-9a-f]+\.json/,
    );
    const receipt = Receipt.parse(reply.json);
    const { entries, key, missing } = checkReceipt(CRYPTO, receipt);
    assert.deepEqual(
      missing.map(({ ordinal, type }) => [ordinal, type]),
      [
        [2, 'technician.noted'],
        [3, 'contact.noted'],
        [6, 'session.noted'],
        [7, 'note.written'],
      ],
    );
    assert.deepEqual(
      entries.map(({ type }) => type).filter((type) => type.startsWith('session.')),
      ['session.created', 'session.joined', 'session.ended'],
    );
    for (const kept of ['was rude', tess.user.email, '20 7946']) assert(!reply.text.includes(kept), kept);
    // The one address is that of the customer's own computer.
    assert.equal(reply.text.split('127.0.0.1').length, 2);
    assert.equal(key.name, receipt.checkpoint.origin);
    assert.deepEqual((await http.access.types()).at(-1), 'receipt.issued');
    const auditor = await http.person('auditor');
    const given = async () =>
      (await auditor.ask('/api/v1/access-log?kind=read')).json.items.find(
        ({ type }: { type: string }) => type === 'receipt.issued',
      );
    const whole = await given();
    assert.deepEqual([whole.session.id, typeof whole.session.contact], [session.id, 'string']);
    assert.equal(whole.address, '127.0.0.1');
    const { settings } = http.access;
    const { reading } = settings.current();
    await settings.change({
      reading: { ...reading, auditor: { ...reading.auditor, contactDetails: false } },
    });
    assert.equal((await given()).address, undefined);
    await settings.change({ reading });
  });

  it('wait for the last words of an end that signs, and not for ever', async () => {
    const agent = new SigningEnd('customer');
    const { id, token } = await open(agent.signingKey);
    await tess.ask(`/api/v1/sessions/${id}/end`, { body: {} });
    const early = await ofCustomer(id, token);
    assert.deepEqual([early.status, early.json.error.code], [409, 'receipt.not-yet']);
    http.access.clock.advance(2_500);
    const late = await ofCustomer(id, token);
    assert.equal(late.status, 200);
    const [customer] = checkSignatures(CRYPTO, entriesOf(Receipt.parse(late.json)));
    assert.deepEqual([customer?.side, customer?.state], ['customer', 'incomplete']);
  });

  it('are given to nobody with another token, and nobody learns whether the session exists', async () => {
    const other = await open();
    const wrong = [
      await ofCustomer(session.id, other.token),
      await ofCustomer('01890000-0000-7000-8000-000000000009', session.token),
      await http.ask(`/api/v1/receipt?session=${session.id}`),
    ];
    for (const { status, json } of wrong)
      assert.deepEqual([status, json.error.message], [404, 'There is no receipt for this token.']);
  });

  it('hold hashes of the code and the token, which are neither of them and open nothing', async () => {
    const { id, code, token } = await open();
    await tess.ask(`/api/v1/sessions/${id}/end`, { body: {} });
    const receipt = Receipt.parse((await ofCustomer(id, token)).json);
    const field = (type: string, name: string) =>
      String(receipt.entries.find(({ entry }) => entry.type === type)?.entry[name]);
    const codeHash = field('session.created', 'codeHash');
    const tokenHash = field('session.joined', 'agentTokenHash');
    // Whoever has all nine digits still needs the key.
    for (const plain of [code, code.replaceAll(/\D/g, '')])
      for (const encoding of ['base64url', 'hex', 'base64'] as const)
        assert.notEqual(createHash('sha256').update(plain).digest(encoding), codeHash);
    for (const hash of [tokenHash, codeHash]) assert.equal((await ofCustomer(id, hash)).status, 404);
  });

  it('are given to staff who may read the session, and that is recorded', async () => {
    const reply = await tess.ask(`/api/v1/sessions/${session.id}/receipt`);
    assert.equal(reply.status, 200);
    assert.equal((await http.access.types()).at(-1), 'record.read');
    const tom = await http.person('technician', { teams: ['South'] });
    assert.equal((await tom.ask(`/api/v1/sessions/${session.id}/receipt`)).status, 404);
    const admin = await http.person('admin');
    assert.equal((await admin.ask(`/api/v1/sessions/${session.id}/receipt`)).status, 403);
  });

  it('are not given, nor exports with proofs, to a role that does not read contact details', async () => {
    const auditor = await http.person('auditor');
    await http.access.settings.change({
      reading: ReadingPolicy.parse({ auditor: { contactDetails: false } }),
    });
    try {
      for (const path of [`${session.id}/receipt`, 'export?format=ndjson&proofs=true']) {
        const reply = await auditor.ask(`/api/v1/sessions/${path}`);
        assert.deepEqual([reply.status, reply.json.error.code], [403, 'permission.missing'], path);
      }
    } finally {
      await http.access.settings.change({ reading: ReadingPolicy.parse({}) });
    }
  });

  it('have a likeness in exports with proofs, which verify without the broker', async () => {
    const auditor = await http.person('auditor');
    const reply = await auditor.ask('/api/v1/sessions/export?format=ndjson&proofs=true');
    assert.equal(reply.status, 200, reply.text);
    const file = join(folder.path, 'export.ndjson');
    await writeFile(file, reply.text);
    const withLess = reply.text.split('\n');
    const line = withLess.findIndex((each) => each.includes('"session.noted"'));
    const told = JSON.parse(withLess[line] ?? '');
    told.entries = told.entries.filter(({ entry }: ProvenEntry) => entry.type !== 'session.noted');
    withLess[line] = JSON.stringify(told);
    await writeFile(file, withLess.join('\n'));
    await assert.rejects(
      verifyFile(file),
      /Session [-0-9a-f]+: Entry \d+ of the session is missing, .* \(session\.noted\) may not be/,
    );
    await writeFile(file, reply.text);
    assert.match(
      (await verifyFile(file)).sentence,
      /^The export of .* is right( as far as it goes)?: \d+ sessions say what their \d+ entries say/,
    );
    await writeFile(file, reply.text.replaceAll('printing fails', 'printing works'));
    await assert.rejects(verifyFile(file), /is not what the log holds/);
    const [head, first = '', ...rest] = reply.text.split('\n');
    const renamed = JSON.parse(first);
    renamed.record.contact.name = 'Eve Example';
    await writeFile(file, [head, JSON.stringify(renamed), ...rest].join('\n'));
    await assert.rejects(verifyFile(file), /does not say what its entries say/);
    const asCsv = await auditor.ask('/api/v1/sessions/export?format=csv&proofs=true');
    assert.deepEqual([asCsv.status, asCsv.json.error.code], [400, 'request.invalid']);
  });

  describe('that were changed', () => {
    let receipt: Receipt;
    before(async () => {
      receipt = Receipt.parse((await ofCustomer(session.id, session.token)).json);
    });

    const CHANGES: Record<string, { change(receipt: Receipt): void; finds: RegExp }> = {
      'a word of an entry': {
        change: ({ entries }) => Object.assign(entries[0]!.entry, { reason: 'no reason' }),
        finds: /Log entry \d+ \(session\.created, .*\) is not what the log holds/,
      },
      'an entry’s place': {
        change({ entries }) {
          entries[1]!.leaf += 1;
        },
        finds: /is not what the log holds/,
      },
      'an entry that is taken out at the beginning': {
        change({ entries }) {
          entries.shift();
        },
        finds: /does not begin/,
      },
      'an entry that stands twice': {
        change({ entries }) {
          entries.push(entries[0]!);
        },
        finds: /stands twice/,
      },
      'whose session it is': {
        change(it) {
          it.sessionId = '01890000-0000-7000-8000-000000000009';
        },
        finds: /another session/,
      },
      'a proof': {
        change({ entries }) {
          entries[0]!.hashes[0] = Buffer.alloc(32).toString('base64');
        },
        finds: /is not what the log holds/,
      },
      'a salt': {
        change({ entries }) {
          entries[0]!.salt = Buffer.alloc(32).toString('base64');
        },
        finds: /is not what the log holds/,
      },
      'the checkpoint’s size': {
        change({ checkpoint }) {
          checkpoint.note = checkpoint.note.replace(/\n\d+\n/, '\n100\n');
        },
        finds: /not signed by the key/,
      },
      'the key': {
        change({ checkpoint }) {
          checkpoint.keys = ['somebody+01234567+AAAA'];
        },
        finds: /first of the keys is not the one that the log is named after/,
      },
    };
    for (const [what, { change, finds }] of Object.entries(CHANGES))
      it(`are found out: ${what}`, async () => {
        const changed = structuredClone(receipt);
        change(changed);
        assert.throws(() => checkReceipt(CRYPTO, changed), finds);
        const file = join(folder.path, 'receipt.json');
        await writeFile(file, JSON.stringify(changed, null, 2));
        await assert.rejects(verifyFile(file), finds);
      });

    it('are found out when any one entry is left out, by its number and the moments that it was written between', async () => {
      const file = join(folder.path, 'receipt.json');
      for (const [index, { entry }] of receipt.entries.entries()) {
        if (index === 0) continue;
        const changed = { ...receipt, entries: receipt.entries.toSpliced(index, 1) };
        const isLast = index === receipt.entries.length - 1;
        const finds = isLast
          ? /does not reach to the end of the session/
          : new RegExp(
              `Entr.* ${entry.ordinal} of the session (is|are) missing, between entry \\d+ .*Z\\) and entry \\d+ \\(`,
            );
        assert.throws(() => checkReceipt(CRYPTO, changed), finds);
        await writeFile(file, JSON.stringify(changed));
        await assert.rejects(verifyFile(file), finds);
      }
    });

    it('are found out when any one character is another, but for when it was made', async () => {
      const text = JSON.stringify({ ...receipt, madeAt: '', organisation: '' });
      const file = join(folder.path, 'receipt.json');
      await writeFile(file, JSON.stringify(receipt));
      assert.match((await verifyFile(file)).sentence, /^The receipt is right/);
      const start = text.indexOf('"entries"') + '"entries":['.length;
      const end = text.lastIndexOf(']');
      for (let at = start; at < end; at += 1) {
        const other = text[at] === 'x' ? 'y' : 'x';
        const changed = JSON.parse(JSON.stringify(receipt));
        let parsed: unknown;
        try {
          parsed = JSON.parse(text.slice(0, at) + other + text.slice(at + 1));
        } catch {
          continue; // no JSON any more
        }
        const merged = {
          ...changed,
          ...(parsed as object),
          madeAt: receipt.madeAt,
          organisation: receipt.organisation,
        };
        const fits = Receipt.safeParse(merged);
        if (fits.success)
          assert.throws(
            () => checkReceipt(CRYPTO, fits.data),
            Error,
            `character ${at}: ${text.slice(at - 20, at + 20)}`,
          );
      }
    });

    it('are found out under another organisation’s name, and with another text than the customer answered', async () => {
      const [entry] = entriesOf(receipt).filter(({ type }) => type === 'session.joined');
      assert(entry?.type === 'session.joined');
      assert.equal(entry.shown?.organisation, receipt.organisation);
      assert.match(entry.shown?.text ?? '', /kept/);
      const renamed = { ...receipt, organisation: 'Evil Support Ltd' };
      assert.throws(() => checkReceipt(CRYPTO, renamed), /the customer was shown “/);
    });

    it('are found out by whoever knows the key when another one signed all of it anew', () => {
      const stranger = {
        name: receipt.checkpoint.origin,
        publicKey: logSigner(Buffer.alloc(32, 9)).publicKey,
      };
      assert.throws(() => checkReceipt(CRYPTO, receipt, stranger), /not signed by the key that you gave/);
      const own = parseKeyText(receipt.checkpoint.keys[0]!, sha256);
      assert.equal(checkReceipt(CRYPTO, receipt, own).checkpoint.size, receipt.checkpoint.size);
    });
  });
});
