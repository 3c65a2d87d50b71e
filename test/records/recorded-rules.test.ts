import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EntryOf } from '../../protocol/record.ts';
import { changedRules, rulesEntry, settleRules } from '../../server/records/recorded-rules.ts';
import { openSqliteStore, type SqliteRecordStore } from '../../server/records/sqlite/sqlite-record-store.ts';
import { Settings } from '../../server/settings/settings.ts';
import { openSettings } from '../../server/settings/settings-store.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const log = { warn: () => {} };

describe('the rules in the settings file', function () {
  this.timeout(60_000); // a store starts two threads, on a busy machine that takes a while
  let folder: TemporaryFolder;
  let store: SqliteRecordStore;

  before(async () => {
    folder = await temporaryFolder();
    store = await openSqliteStore({
      file: join(folder.path, 'records.db'),
      key: randomBytes(32),
      cursorKey: randomBytes(32),
      signingSeed: randomBytes(32),
      clock: new FakeClock(),
      periods: () => Settings.parse({}),
    });
  });
  after(async () => {
    await store.close();
    await folder.remove();
  });

  const said = async () =>
    (await store.entries({ types: ['settings.changed'], limit: 100 }))
      .map((entry) => entry as EntryOf<'settings.changed'>)
      .map(({ by, changed }) => [by, ...changed]);
  const start = async (given: object) => {
    await writeFile(join(folder.path, 'settings.json'), JSON.stringify(given));
    const settings = await openSettings(folder.path);
    await settleRules(store, settings, log);
    return settings.current();
  };

  it('are an entry with their values at the start after somebody wrote others, and once', async () => {
    await start({});
    await start({});
    assert.deepEqual(await said(), [], 'the first ones were always there');
    const shorter = { retention: { 'session-record': 42 }, reading: { auditor: { export: false } } };
    await start(shorter);
    await start(shorter);
    const changed = ['retention.session-record=42', 'reading.auditor.export=false'];
    assert.deepEqual(await said(), [['settings-file', ...changed]]);
    assert.equal((await store.entries({ types: ['rules.recorded'], limit: 10 })).length, 2);
  });

  it('are an entry with the hashes of the texts that customers are shown, where somebody wrote others', async () => {
    await start({});
    const before = await said();
    const consentText = { version: '9', text: 'Everything is recorded, and kept for ever.' };
    await start({ consentText });
    await start({ consentText });
    const [told, ...others] = await said();
    assert.deepEqual(others, before);
    assert.match(told?.join() ?? '', /^settings-file,texts\.consentText=[0-9a-f]{64}$/);
    await start({ organisation: 'Evil Support Ltd', consentText });
    assert.match((await said())[0]?.join() ?? '', /^settings-file,texts\.organisation=[0-9a-f]{64}$/);
    await start({});
    const back = ['settings-file', 'texts.organisation=default', 'texts.consentText=default'];
    assert.deepEqual((await said())[0], back);
  });

  it('do not blame anybody for texts that an earlier version did not record', async () => {
    const before = await said();
    const { texts: _, ...older } = rulesEntry(Settings.parse({}));
    await store.append([older as ReturnType<typeof rulesEntry>]);
    await start({ organisation: 'Harbour IT' });
    assert.deepEqual(await said(), before);
    await start({});
    assert.deepEqual((await said())[0], ['settings-file', 'texts.organisation=default']);
  });

  it('are none where a page changed them, and a team that loses its own is named', async () => {
    const rules = Settings.parse({ retentionOfTeams: { North: { 'contact-details': 7 } } });
    await store.append([rulesEntry(rules)]);
    const before = await said();
    await start(rules);
    assert.deepEqual(await said(), before);
    assert.deepEqual(changedRules(rules, Settings.parse({})), [
      'retentionOfTeams.North.contact-details=none',
    ]);
  });

  it('are nobody’s change where a later version has a rule more, unless somebody set it', async () => {
    const { reading, ...rest } = rulesEntry(Settings.parse({}));
    const { export: _, ...auditor } = reading.auditor;
    const older = { ...rest, reading: { ...reading, auditor } };
    await store.append([older as ReturnType<typeof rulesEntry>]);
    const before = await said();
    await start({});
    assert.deepEqual(await said(), before);
    const [last] = await store.entries({ types: ['rules.recorded'], limit: 1 });
    assert.deepEqual((last as EntryOf<'rules.recorded'>).reading, reading, 'the rule in force is recorded');
    await store.append([older as ReturnType<typeof rulesEntry>]);
    await start({ reading: { auditor: { export: false } } });
    assert.deepEqual(await said(), [['settings-file', 'reading.auditor.export=false'], ...before]);
  });

  it('are those of before where a change was not recorded', async () => {
    await start({});
    const before = await said();
    const settings = await openSettings(folder.path);
    const { reading } = Settings.parse({ reading: { manager: { export: false } } });
    await assert.rejects(
      settings.change({ reading }, () => Promise.reject(new Error('the disk is full'))),
      /the disk is full/,
    );
    assert.equal(settings.current().reading.manager.export, true);
    const again = await openSettings(folder.path);
    await settleRules(store, again, log);
    assert.equal(again.current().reading.manager.export, true);
    assert.deepEqual(await said(), before);
    assert(!(await readdir(folder.path)).includes('settings.json.coming'));
  });
});
