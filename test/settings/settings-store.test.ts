import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../../server/refusal.ts';
import { scheduleOf } from '../../server/settings/settings.ts';
import { openSettings, SettingsProblem } from '../../server/settings/settings-store.ts';

describe('the settings file', () => {
  let folder: string;
  let file: string;
  const read = async () => JSON.parse(await readFile(file, 'utf8'));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-settings-'));
    file = join(folder, 'settings.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made with every default written out', async () => {
    const settings = await openSettings(folder);
    assert.deepEqual(await read(), settings.current());
    assert.deepEqual(settings.current().retention, {
      'session-record': 365,
      'contact-details': 42,
      'chat-and-file-names': 42,
      'sign-in-log': 180,
      'access-log': 365,
      'search-words': 42,
      'saved-views': 365,
    });
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('keeps what a person wrote, and fills in what they left out', async () => {
    await writeFile(file, '{"organisation": "Harbour IT", "retention": {"session-record": 90}}');
    const settings = await openSettings(folder);
    assert.equal(settings.current().organisation, 'Harbour IT');
    assert.equal(settings.current().retention['session-record'], 90);
    assert.equal(settings.current().retention['sign-in-log'], 180);
  });

  it('tells of other settings once they hold, and of none that do not', async () => {
    const settings = await openSettings(folder);
    const told: string[] = [];
    settings.onChange(({ organisation }) => told.push(organisation, settings.current().organisation));
    await settings.change({ organisation: 'Harbour IT' });
    assert.deepEqual(told, ['Harbour IT', 'Harbour IT']);
    await assert.rejects(settings.change({ organisation: '' }));
    await settings.change(async () => undefined);
    assert.equal(told.length, 2);
  });

  it('refuses to start on a file that does not fit, naming the file and each field', async () => {
    const bad = [
      [
        '{"retention": {"session-record": 5}, "organisation": ""}',
        /retention\.session-record[\s\S]*at least 30/,
      ],
      ['{"retention": {"chat-and-file-names": 400}}', /retention\.chat-and-file-names/],
      ['{"retention": {"sign-in-log": "long"}}', /retention\.sign-in-log/],
      [
        '{"retentionOfTeams": {"North": {"session-record": 4000}}}',
        /retentionOfTeams\.North\.session-record[\s\S]*at most 3650/,
      ],
      ['{"retentionOfTeams": {"North": {"sign-in-log": 60}}}', /retentionOfTeams\.North.*sign-in-log/],
      [
        '{"retentionOfTeams": {"North": {"session-record": 30}}}',
        /North\.chat-and-file-names: file names cannot be kept longer than the session record/,
      ],
      ['{"organization": "typo"}', /organization/],
      ['[]', /whole file/],
      ['{"organisation": ', /is not JSON/],
      ['', /is not JSON/],
    ] as const;
    for (const [content, field] of bad) {
      await writeFile(file, content);
      await assert.rejects(openSettings(folder), (error: Error) => {
        assert(error instanceof SettingsProblem, content);
        assert(error.message.includes(file), content);
        assert.match(error.message, field);
        return true;
      });
      assert.equal(await readFile(file, 'utf8'), content);
    }
  });

  it('lets a team keep its sessions shorter, or longer within the bounds', async () => {
    await writeFile(
      file,
      '{"retentionOfTeams": {"North": {"session-record": 3650}, "South": {"session-record": 30, "contact-details": 14, "chat-and-file-names": 7}}}',
    );
    const settings = (await openSettings(folder)).current();
    assert.equal(scheduleOf(settings, 'North')['session-record'], 3650);
    assert.equal(scheduleOf(settings, 'North')['chat-and-file-names'], 42);
    assert.equal(scheduleOf(settings, 'South')['chat-and-file-names'], 7);
    assert.equal(scheduleOf(settings, 'toString'), settings.retention);
    assert.equal(scheduleOf(settings), settings.retention);
  });

  it('changes several times at once without losing one, and is there after a restart', async () => {
    const settings = await openSettings(folder);
    await Promise.all([
      settings.change({ organisation: 'Harbour IT' }),
      settings.change({ consentText: { version: '2', text: 'You can stop at any time.' } }),
      settings.change({ retention: { ...settings.current().retention, 'sign-in-log': 30 } }),
    ]);
    const again = await openSettings(folder);
    assert.deepEqual(again.current(), settings.current());
    assert.equal(again.current().organisation, 'Harbour IT');
    assert.equal(again.current().retention['sign-in-log'], 30);
    assert.deepEqual(await readdir(folder), ['settings.json']);
  });

  it('lets no other change come between what a change is made from and what it writes', async () => {
    const settings = await openSettings(folder);
    const kinds = ['sign-in-log', 'access-log'] as const;
    const shorten = (kind: (typeof kinds)[number]) =>
      settings.change(async ({ retention }) => {
        // Time enough for another change, were it not to wait.
        await readFile(file);
        return { retention: { ...retention, [kind]: 100 } };
      });
    await Promise.all(kinds.map(shorten));
    for (const kind of kinds) assert.equal(settings.current().retention[kind], 100, kind);

    const before = await stat(file);
    await assert.rejects(
      settings.change(() => Promise.reject(new Error('changed meanwhile'))),
      /changed meanwhile/,
    );
    await settings.change(async () => undefined);
    assert.equal((await stat(file)).ino, before.ino);
    assert.equal((await settings.change(async () => ({ organisation: 'Next' }))).organisation, 'Next');
  });

  it('refuses a change that does not fit and keeps what was', async () => {
    const settings = await openSettings(folder);
    const before = await readFile(file, 'utf8');
    const wrong = settings.change({ retention: { ...settings.current().retention, 'session-record': 1 } });
    await assert.rejects(wrong, (error: unknown) => {
      assert(error instanceof Refusal);
      assert.equal(error.code, 'request.invalid');
      assert.equal(error.details?.[0]?.path, 'retention.session-record');
      return true;
    });
    assert.equal(await readFile(file, 'utf8'), before);
    assert.equal((await settings.change({ organisation: 'Next' })).organisation, 'Next');
  });

  it('cannot be changed from outside', async () => {
    const current = (await openSettings(folder)).current();
    assert.throws(() => Object.assign(current.retention, { 'session-record': 1 }), TypeError);
  });
});
