import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '../support/program.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

const COMMAND = fileURLToPath(new URL('../../bin/countersign.mjs', import.meta.url));
const PASSWORD = 'correct horse battery';

describe('countersign on the command line', function () {
  this.timeout(120_000); // each command is a process of its own

  let folder: TemporaryFolder;
  let env: Record<string, string>;
  before(async () => {
    folder = await temporaryFolder();
    env = {
      COUNTERSIGN_DATA_DIR: join(folder.path, 'data'),
      COUNTERSIGN_KEY_FILE: join(folder.path, 'key'),
      COUNTERSIGN_PORT: '0',
    };
  });
  after(() => folder.remove());

  async function countersign(args: readonly string[], input = '') {
    const child = spawn(process.execPath, [COMMAND, ...args], { env: { ...process.env, ...env } });
    child.stdin.end(input);
    const ended = once(child, 'exit');
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: (await ended)[0] as number, out, error };
  }
  const add = (email: string, role: string, ...more: string[]) =>
    countersign(
      ['user', 'add', '--email', email, '--name', 'Somebody', '--role', role, '--password-stdin', ...more],
      `${PASSWORD}\n`,
    );

  it('explains itself, and answers 2 to what it does not understand', async () => {
    assert.match((await countersign(['help'])).out, /countersign user add --email E/);
    for (const args of [
      ['nonsense'],
      ['user'],
      ['user', 'promote'],
      ['user', 'list', '--all'],
      ['serve', 'now'],
    ]) {
      const { code, error } = await countersign(args);
      assert.equal(code, 2, args.join(' '));
      assert.match(error, /^countersign: /);
      assert.doesNotMatch(error, /\n {4}at /);
    }
  });

  it('tells of one command only what concerns it', async () => {
    const { out } = await countersign(['user', '--help']);
    assert.match(out, /countersign user add --email E/);
    assert.doesNotMatch(out, /retention|api-key add/);
  });

  it('says which options there are when it does not know one', async () => {
    const { code, error } = await countersign(['api-key', 'add', '--user', 'ada@example.com']);
    assert.equal(code, 2);
    assert.match(error, /Unknown option '--user'\. There is: --email …, --name …, --days …\./);
  });

  it('makes nothing where there are no data, and says where it looked', async () => {
    for (const args of [
      ['user', 'list'],
      ['retention', '--dry-run'],
      ['user', 'disable', '--email', 'a@b.example'],
    ]) {
      const { code, error } = await countersign(args);
      assert.equal(code, 1, args.join(' '));
      assert(
        error.includes(`There are no data at ${env.COUNTERSIGN_DATA_DIR}. COUNTERSIGN_DATA_DIR says`),
        error,
      );
      assert.deepEqual(await readdir(folder.path), []);
    }
  });

  it('names each option that is missing or does not fit', async () => {
    const { code, error } = await countersign(['user', 'add', '--email', 'x', '--role', 'root']);
    assert.equal(code, 2);
    assert.match(error, /--email must be/);
    assert.match(error, /--name is missing/);
    assert.match(error, /--role must be one of technician/);
    const short = await countersign(
      ['user', 'add', '--email', 'a@example.com', '--name', 'A', '--role', 'admin', '--password-stdin'],
      'short\n',
    );
    assert.deepEqual([short.code, /at least 12/.test(short.error)], [2, true]);
  });

  it('names a variable of the environment that does not fit', async () => {
    const before = env;
    env = { ...env, COUNTERSIGN_PORT: 'eighty' };
    const { code, error } = await countersign(['user', 'list']);
    env = before;
    assert.deepEqual([code, /COUNTERSIGN_PORT/.test(error)], [1, true]);
  });

  it('opens the data itself while no broker runs, also several commands at once', async () => {
    const results = await Promise.all([
      add('adam@example.com', 'admin', '--organisation', 'Harbour Helpdesk'),
      add('tess@example.com', 'technician', '--team', 'North', '--team', 'East'),
    ]);
    assert.deepEqual(
      results.map(({ code }) => code),
      [0, 0],
      JSON.stringify(results),
    );
    const { out } = await countersign(['user', 'list']);
    assert.match(out, /^adam@example\.com +Somebody +admin +active$/m);
    assert.match(out, /^tess@example\.com +Somebody +technician +North, East +active$/m);
    assert.match(results[0]!.out, /Customers read the name Harbour Helpdesk\./);
    const settings = await readFile(join(folder.path, 'data', 'settings.json'), 'utf8');
    assert.equal(JSON.parse(settings).organisation, 'Harbour Helpdesk');
  });

  it('tells a refusal in words, with 1', async () => {
    const again = await add('adam@example.com', 'admin');
    assert.deepEqual([again.code, /already/.test(again.error)], [1, true]);
  });

  it('prints an API key alone on standard output, and lists keys without showing them', async () => {
    const made = await countersign(['api-key', 'add', '--email', 'tess@example.com', '--name', 'nightly']);
    assert.match(made.out, /^csk_[\w-]{43}\n$/);
    const listed = await countersign(['api-key', 'list', '--email', 'tess@example.com']);
    assert.match(listed.out, /nightly .*valid/);
    assert(!listed.out.includes(made.out.trim()));
  });

  describe('while a broker runs', () => {
    let broker: Program;
    let url: string;
    before(async () => {
      broker = startProgram(process.execPath, [COMMAND, 'serve'], { env });
      url = (await broker.prints(/ready at (http:\S+)/, 30_000))[1]!;
    });
    after(() => broker.stop());

    it('name the organisation, which no start takes for a change of the settings file', async () => {
      const again = await add('nora@example.com', 'auditor', '--organisation', 'Harbour & Sons');
      assert.equal(again.code, 0, again.error);
      const settings = await readFile(join(folder.path, 'data', 'settings.json'), 'utf8');
      assert.equal(JSON.parse(settings).organisation, 'Harbour & Sons');
      assert.doesNotMatch(broker.output(), /the settings file has other rules/);
    });

    const signIn = (email: string) =>
      fetch(`${url}/api/v1/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password: PASSWORD }),
      });

    it('works through it: a user who is added can sign in at once, one who is disabled is out at once', async () => {
      assert.equal((await add('mona@example.com', 'manager')).code, 0);
      const signedIn = await signIn('mona@example.com');
      assert.equal(signedIn.status, 200);
      const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
      assert.equal((await countersign(['user', 'disable', '--email', 'mona@example.com'])).code, 0);
      assert.equal((await fetch(`${url}/api/v1/me`, { headers: { cookie } })).status, 401);
      assert.equal((await signIn('mona@example.com')).status, 401);
    });

    it('takes an API key until it is revoked', async () => {
      const made = await countersign(['api-key', 'add', '--email', 'tess@example.com', '--name', 'short']);
      const me = () => fetch(`${url}/api/v1/me`, { headers: { authorization: `Bearer ${made.out.trim()}` } });
      assert.equal((await me()).status, 200);
      const { out } = await countersign(['api-key', 'list', '--email', 'tess@example.com']);
      const id = /^(\S+) +short /m.exec(out)?.[1] ?? '';
      const revoked = await countersign(['api-key', 'revoke', '--email', 'tess@example.com', '--id', id]);
      assert.equal(revoked.code, 0, revoked.error);
      assert.equal((await me()).status, 401);
    });

    it('does not start a second one on the same data', async () => {
      const { code, error } = await countersign(['serve']);
      assert.deepEqual([code, /Another Countersign process/.test(error)], [1, true]);
    });
  });
});
