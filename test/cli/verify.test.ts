import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { LogCheckpoint } from '../../protocol/log-proof.ts';
import { keySources, readConfig } from '../../server/config.ts';
import { openKeys } from '../../server/records/keys/open-keys.ts';
import { openForWriting } from '../../server/records/sqlite/connection.ts';
import { opensWith } from '../../server/records/sqlite/snapshot.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { startProgram } from '../support/program.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const COMMAND = fileURLToPath(new URL('../../bin/countersign.mjs', import.meta.url));

describe('countersign verify and witness', function () {
  this.timeout(180_000); // each command is a process of its own

  let folder: TemporaryFolder;
  let broker: RunningBroker;
  const place = (name: string) => join(folder.path, name);

  async function run(...args: string[]) {
    const child = spawn(process.execPath, [COMMAND, ...args], { env: { ...process.env, ...broker.env } });
    const ended = once(child, 'exit');
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: (await ended)[0] as number, out, error };
  }
  const addUser = async (email: string) => {
    const child = spawn(
      process.execPath,
      [
        COMMAND,
        'user',
        'add',
        '--email',
        email,
        '--name',
        'Tess',
        '--role',
        'technician',
        '--password-stdin',
      ],
      { env: { ...process.env, ...broker.env }, stdio: ['pipe', 'ignore', 'inherit'] },
    );
    child.stdin.end('correct horse battery staple');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  };
  const checkpoint = async () =>
    LogCheckpoint.parse(await (await fetch(`${broker.url}/api/v1/log/checkpoint`)).json());

  const escaped = (text = '') => text.replace(/[+/.]/g, '\\$&');

  before(async () => {
    folder = await temporaryFolder();
    await mkdir(place('shown'));
    broker = await startBroker({ COUNTERSIGN_WITNESSES: pathToFileURL(place('shown')).href });
    await addUser('tess@example.com');
  });
  after(async () => {
    await broker.close();
    await folder.remove();
  });

  /** The one log's folder below what a witness keeps. */
  const logIn = async (witness: string) => join(place(witness), (await readdir(place(witness)))[0] as string);

  it('says in a sentence that a running broker’s records are right, by its witness too', async () => {
    const { size } = await checkpoint();
    await until('the witness has it', async () => {
      const kept = await logIn('shown')
        .then((log) => readFile(join(log, 'latest'), 'utf8'))
        .catch(() => '');
      return kept.includes(`\n${size}\n`);
    });
    for (const named of [await logIn('shown'), place('shown')]) {
      const { code, out, error } = await run('verify', '--witness', named);
      assert.equal(code, 0, error);
      assert.match(out, /^All is right: \d+ entr(y|ies) and 0 sessions .* those of the witness among them\./);
    }
  });

  it('says where to look for what a witness keeps', async () => {
    const none = await run('verify', '--witness', place('nowhere'));
    assert.deepEqual([none.code, none.error.includes('nowhere holds no checkpoints of a log')], [2, true]);
    for (const log of ['one', 'two']) {
      await mkdir(place(`several/${log}`), { recursive: true });
      await writeFile(place(`several/${log}/key`), '');
    }
    const several = await run('verify', '--witness', place('several'));
    assert.equal(several.code, 2);
    assert.match(
      several.error,
      /several logs\. Name the folder of this one, .*several\/one, .*several\/two\./,
    );
  });

  it('is told another log’s key', async () => {
    const { keys } = await checkpoint();
    assert.equal((await run('verify', '--key', keys[0] as string)).code, 0);
    const other = await run('verify', '--key', `${keys[0]?.slice(0, -4)}AAA=`);
    assert.deepEqual([other.code, other.error.includes('--key must be a log’s key')], [2, true]);
    const twice = await run('verify', '--key', keys[0] as string, '--key', keys[0] as string);
    assert.deepEqual([twice.code, twice.error.includes('Give one --key')], [2, true]);
  });

  it('does not take half a check of an earlier version’s records for a whole one', async () => {
    await broker.program.stop();
    const config = readConfig(broker.env);
    const { dataDir } = config;
    const file = join(dataDir, 'records.db');
    const opensData = (key: Uint8Array) => opensWith(file, key);
    const { dataKey } = await openKeys({ ...keySources(config), dataDir, dataExist: true, opensData });
    const connection = openForWriting({ file, key: dataKey });
    const version = connection.pragma('user_version', { simple: true }) as number;
    connection.pragma(`user_version = ${version - 1}`);
    connection.close();
    const half = await run('verify');
    assert.deepEqual([half.code, half.out], [1, '']);
    assert.match(
      half.error,
      /^countersign: What could be checked is right: .*\nNot checked: .*earlier version/,
    );
    broker = await broker.startAgain();
    const whole = await run('verify');
    assert.deepEqual([whole.code, whole.error], [0, '']);
  });

  it('lets anybody watch a broker from outside', async () => {
    const { code, out, error } = await run(
      'witness',
      '--dir',
      place('watch'),
      '--from',
      broker.url,
      '--once',
    );
    assert.equal(code, 0, error);
    assert.match(out, /the log has \d+ entries and is seen here for the first time, .* \(key countersign\//);
    await addUser('tom@example.com');
    const again = await run('witness', '--dir', place('watch'), '--from', broker.url, '--once');
    assert.equal(again.code, 0);
    assert.match(again.out, /the log has \d+ entries and begins with all that was seen before \(key /);
  });

  it('says which folder or file it cannot check', async () => {
    assert.match((await run('verify', folder.path)).error, /There are no records in/);
    const file = place('notes.json');
    await writeFile(file, '{"entries": []}');
    const { code, error } = await run('verify', file);
    assert.deepEqual(
      [code, error.trim()],
      [
        1,
        'countersign: This is neither a receipt nor an export with proofs, or it was changed beyond reading. An export holds proofs when it was asked for with them, as NDJSON.',
      ],
    );
    await writeFile(file, '{"format": "countersign-receipt",\n "entries": [}');
    assert.match(
      (await run('verify', file)).error,
      /changed beyond reading.*\n.*no JSON from line 2, byte 14 on\./,
    );
    assert.equal((await run('verify', 'a', 'b')).code, 2);
    assert.equal((await run('witness', '--dir', place('watch'))).code, 2);
  });

  it('follows the signing key while witnesses run, and finds the log that was put back after a kill', async () => {
    const { keys, size } = await checkpoint();
    const watching = startProgram(process.execPath, [
      COMMAND,
      ...[
        'witness',
        '--dir',
        place('running'),
        '--from',
        broker.url,
        '--every',
        '1',
        '--key',
        keys[0] as string,
      ],
    ]);
    try {
      await watching.prints(new RegExp(`the log has ${size} entries`), 60_000);
      const file = join(broker.folder, 'data', 'records.db');
      await broker.kill();
      const old = await Promise.all([file, `${file}-wal`].map((each) => readFile(each)));
      broker = await broker.startAgain();
      for (let rotation = 0; rotation < 2; rotation += 1)
        assert.equal((await run('key', 'rotate', '--signing')).code, 0);
      const now = await checkpoint();
      assert.equal(now.keys.length, 3);
      await watching.prints(new RegExp(`the log has ${now.size} entries .*${escaped(now.keys[2])}`), 60_000);
      for (const key of now.keys) assert.equal((await run('verify', '--key', key)).code, 0, key);
      await until('the folder that the broker shows them in follows too', async () =>
        (await readFile(join(await logIn('shown'), 'latest'), 'utf8')).includes(`\n${now.size}\n`),
      );
      const verified = await run(
        'verify',
        '--witness',
        await logIn('shown'),
        '--witness',
        await logIn('running'),
      );
      assert.deepEqual([verified.code, verified.error], [0, '']);

      await broker.kill();
      const rotated = await Promise.all([file, `${file}-wal`].map((each) => readFile(each)));
      for (const [index, content] of old.entries())
        await writeFile(index === 0 ? file : `${file}-wal`, content);
      await rm(`${file}-shm`, { force: true });
      broker = await broker.startAgain();
      await watching.prints(/ALARM: .*(entries are gone|was written anew)/, 60_000);
      await broker.kill();
      for (const [index, content] of rotated.entries())
        await writeFile(index === 0 ? file : `${file}-wal`, content);
      await rm(`${file}-shm`, { force: true });
      broker = await broker.startAgain();
    } finally {
      await watching.stop();
    }
  });

  it('finds the alarm when an old copy was put back', async () => {
    await broker.program.stop();
    const file = join(broker.folder, 'data', 'records.db');
    const old = await readFile(file);
    broker = await broker.startAgain();
    await addUser('tilda@example.com');
    assert.equal((await run('witness', '--dir', place('watch'), '--from', broker.url, '--once')).code, 0);
    const { size } = await checkpoint();
    await until('its own witness has seen the newest entry', async () =>
      (await readFile(join(await logIn('shown'), 'latest'), 'utf8')).includes(`\n${size}\n`),
    );
    await broker.program.stop();
    await writeFile(file, old);
    broker = await broker.startAgain();
    const { code, error } = await run('witness', '--dir', place('watch'), '--from', broker.url, '--once');
    assert.equal(code, 1);
    assert.match(error, /ALARM: The log had \d+ entries and now says it has \d+: entries are gone/);
    await until('the broker says so itself', async () => /ALARM/.test(broker.program.output()));
    const verified = await run('verify', '--witness', await logIn('watch'));
    assert.equal(verified.code, 1);
    assert.match(verified.error, /The witness’s checkpoint "latest" speaks of \d+ entries, this log has \d+/);
  });
});
