import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { WebSocket } from 'ws';
import { type LocalPage, startLocalPage } from '../../../agent/consent/local-page.ts';
import type { PageFile } from '../../../agent/consent/page-files.ts';
import { LocalState } from '../../../protocol/local-page.ts';
import { until } from '../../support/until.ts';
import { DeskDouble } from '../desk-double.ts';

const FILES: ReadonlyMap<string, PageFile> = new Map([
  ['', { type: 'text/html; charset=utf-8', content: Buffer.from('<!doctype html><title>here</title>') }],
  ['assets/page.js', { type: 'text/javascript; charset=utf-8', content: Buffer.from('export {};') }],
]);

describe('The local page', () => {
  let desk: DeskDouble;
  let page: LocalPage;
  let url: URL;
  const windows: WebSocket[] = [];

  beforeEach(async () => {
    desk = new DeskDouble();
    page = await startLocalPage(desk, FILES);
    url = new URL(page.address);
  });

  afterEach(async () => {
    for (const window of windows.splice(0)) window.terminate();
    await page.close();
  });

  interface Answer {
    status: number;
    headers: IncomingHttpHeaders;
    body: string;
  }
  const ask = (
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: Buffer } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', headers = {}, body } = options;
      const asking = request({ host: '127.0.0.1', port: url.port, path, method, headers }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.headers, body: text }),
        );
      });
      asking.on('error', reject);
      asking.end(body);
    });
  const openWindow = (
    path = `${url.pathname}live`,
    headers: Record<string, string> = { origin: url.origin },
  ) => {
    const window = new WebSocket(`ws://${url.host}${path}`, { headers });
    windows.push(window);
    return window;
  };
  const refused = async (window: WebSocket) => {
    const [error] = await once(window, 'error');
    assert.match(String(error), /403/);
  };
  const nextState = async (window: WebSocket) =>
    LocalState.parse(JSON.parse(String((await once(window, 'message'))[0])));

  it('is served on 127.0.0.1 under a secret of 32 random bytes', async () => {
    assert.equal(url.hostname, '127.0.0.1');
    assert.equal(Buffer.from(url.pathname.split('/')[1]!, 'base64url').length, 32);
    const { status, headers, body } = await ask(url.pathname);
    assert.equal(status, 200);
    assert.match(body, /<title>here/);
    assert.equal(headers['content-type'], 'text/html; charset=utf-8');
    assert.equal((await ask(`${url.pathname}assets/page.js`)).status, 200);
  });

  it('allows nothing from elsewhere, keeps nothing and tells nobody its address', async () => {
    const { headers } = await ask(url.pathname);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /script-src 'self'(;|$)/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|https:/);
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.equal(
      headers['permissions-policy'],
      'camera=(), microphone=(self), geolocation=(), display-capture=()',
    );
  });

  it('is not there without the secret', async () => {
    const [, secret] = url.pathname.split('/');
    const wrong = `${secret!.slice(0, -1)}${secret!.endsWith('A') ? 'B' : 'A'}`;
    for (const path of ['/', `/${wrong}/`, '//', '/live', `/x/${secret}/`, `/${secret}`]) {
      const { status, body, headers } = await ask(path);
      assert.equal(status, 404, path);
      assert.equal(body, '');
      assert.equal(headers.location, undefined);
    }
  });

  it('is not there under another name (DNS rebinding)', async () => {
    for (const host of ['evil.example', `evil.example:${url.port}`, `localhost:${url.port}`, '127.0.0.1'])
      assert.equal((await ask(url.pathname, { headers: { host } })).status, 404, host);
    await refused(openWindow(undefined, { origin: url.origin, host: `evil.example:${url.port}` }));
  });

  it('answers no other page of the same browser', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1', `https://${url.host}`]) {
      assert.equal((await ask(url.pathname, { headers: { origin } })).status, 403, origin);
      await refused(openWindow(undefined, { origin }));
    }
  });

  it('opens its live connection to its own page only', async () => {
    await refused(openWindow(undefined, {}));
    await refused(openWindow('/live'));
    await refused(openWindow(`${url.pathname}live/more`));
    await refused(openWindow(url.pathname));
    assert.equal(page.viewers, 0);
  });

  it('serves no file of this computer', async () => {
    for (const path of ['../../../etc/passwd', '%2e%2e/%2e%2e/etc/passwd', 'assets/../local.html', 'assets/'])
      assert.equal((await ask(url.pathname + path)).status, 404, path);
    assert.equal((await ask(url.pathname, { method: 'POST' })).status, 405);
  });

  it('leads in once by an address that may be read by others', async () => {
    const entrance = new URL(page.entrance());
    assert.equal(entrance.origin, url.origin);
    assert.doesNotMatch(entrance.pathname, new RegExp(url.pathname.split('/')[1]!));
    assert.equal((await ask(entrance.pathname, { headers: { origin: 'https://evil.example' } })).status, 403);
    const { status, headers } = await ask(entrance.pathname);
    assert.equal(status, 303);
    assert.equal(headers.location, url.pathname);
    assert.equal((await ask(entrance.pathname)).status, 404);
  });

  it('lets nobody of another user in by that address, and does not use it up for them', async () => {
    const me = process.getuid!();
    const theirs = await startLocalPage(desk, FILES, me + 1);
    const entrance = new URL(theirs.entrance());
    const status = () => fetch(entrance, { redirect: 'manual' }).then((response) => response.status);
    assert.deepEqual([await status(), await status()], [404, 404]);
    await theirs.close();
    const mine = await startLocalPage(desk, FILES, me);
    assert.equal((await fetch(mine.entrance(), { redirect: 'manual' })).status, 303);
    await mine.close();
  });

  it('shows every window the state, at once and after a change', async () => {
    desk.show({});
    const window = openWindow();
    assert.equal((await nextState(window)).link, 'online');
    desk.show({ link: 'offline' });
    assert.equal((await nextState(window)).link, 'offline');
  });

  it('shows the last of many changes, and not each of them', async () => {
    desk.show({});
    const window = openWindow();
    await nextState(window);
    let states = 0;
    let last = '';
    window.on('message', (message) => {
      states += 1;
      last = LocalState.parse(JSON.parse(String(message))).problem ?? '';
    });
    for (let index = 1; index <= 500; index += 1) desk.show({ problem: String(index) });
    await until('the last one', () => last === '500');
    assert.ok(states < 10, `${states} states`);
  });

  it('takes commands, and hangs up on what is none', async () => {
    const window = openWindow();
    await once(window, 'open');
    window.send(JSON.stringify({ type: 'stop', reason: 'stopped-by-customer' }));
    await until('the command', () => desk.commands.length === 1);
    assert.deepEqual(desk.commands[0], { type: 'stop', reason: 'stopped-by-customer', mode: 'person' });
    for (const text of ['', '{', '{"type":"own"}', '[]', JSON.stringify({ type: 'stop', reason: 'done' })]) {
      const other = openWindow();
      await once(other, 'open');
      other.send(text);
      assert.equal((await once(other, 'close'))[0], 1008);
    }
    const huge = openWindow();
    await once(huge, 'open');
    huge.send(JSON.stringify({ type: 'chat.send', text: 'x'.repeat(100_000) }));
    assert.equal((await once(huge, 'close'))[0], 1009);
    assert.equal(desk.commands.length, 1);
  });

  describe('carries the voice', () => {
    const PAGE = '0190b2a4-7c31-7000-8000-000000000009';
    const carry = {
      type: 'voice.carry',
      pageId: PAGE,
      yes: { type: 'tool.allow', tool: 'voice' },
    };
    const openVoice = async (headers?: Record<string, string>) => {
      const window = openWindow(`${url.pathname}voice`, headers);
      await once(window, 'open');
      return window;
    };
    const say = (window: WebSocket, message: object) => window.send(JSON.stringify(message));

    it('on a page that comes with its customer’s yes, for as long as it is connected', async () => {
      const window = await openVoice();
      say(window, carry);
      await until('the page', () => desk.voicePage !== undefined);
      assert.deepEqual(desk.commands, [{ type: 'tool.allow', tool: 'voice', mode: 'person' }]);
      assert.equal(desk.voicePage!.pageId, PAGE);
      const joined = { type: 'lane.joined', laneId: PAGE };
      say(window, joined);
      await until('what it says', () => desk.said.length === 1);
      const told = once(window, 'message');
      desk.voicePage!.tell({ type: 'media.denied', asking: 1, message: 'no', isSilence: false });
      assert.equal(JSON.parse(String((await told)[0])).message, 'no');
      assert.equal(page.viewers, 0, 'it is not what shows the page');
      window.terminate();
      await until('it left', () => desk.said.length === 2);
      assert.deepEqual(desk.said, [joined, { left: false }]);
    });

    it('and knows a page whose customer let go there', async () => {
      const window = await openVoice();
      say(window, carry);
      await until('the page', () => desk.voicePage !== undefined);
      window.close(1000);
      await until('it left', () => desk.said.length === 1);
      assert.deepEqual(desk.said, [{ left: true }]);
    });

    it('and hangs up on a page that is not wanted, or any more', async () => {
      const wanted = await openVoice();
      say(wanted, carry);
      await until('the page', () => desk.voicePage !== undefined);
      const closed = once(wanted, 'close');
      desk.voicePage!.dismiss();
      await closed;
      desk.takes = false;
      const unwanted = await openVoice();
      say(unwanted, carry);
      await once(unwanted, 'close');
    });

    it('for its own page alone, and hears nothing that such a page does not say', async () => {
      await refused(openWindow(`${url.pathname}voice`, { origin: 'https://evil.example' }));
      await refused(openWindow(`${url.pathname}voice`, {}));
      await refused(openWindow('/voice'));
      const wrong = ['{', '{}', JSON.stringify({ type: 'lane.joined', laneId: PAGE })];
      wrong.push(JSON.stringify({ ...carry, yes: { type: 'stop', reason: 'stopped-by-customer' } }));
      for (const text of wrong) {
        const other = await openVoice();
        other.send(text);
        assert.equal((await once(other, 'close'))[0], 1008);
      }
      assert.deepEqual(desk.commands, []);
    });
  });

  it('takes a file from its own page, as it comes', async () => {
    const body = Buffer.alloc(300_000, 7);
    const headers = { origin: url.origin, 'content-length': String(body.length) };
    const { status } = await ask(`${url.pathname}files?name=${encodeURIComponent('für Tess.txt')}`, {
      method: 'PUT',
      headers,
      body,
    });
    assert.equal(status, 204);
    assert.deepEqual(desk.files, [{ name: 'für Tess.txt', size: 300_000, bytes: body }]);
  });

  it('tells the page why a file was not sent', async () => {
    desk.refusal = 'The technician did not take the file.';
    const { status, body } = await ask(`${url.pathname}files?name=a`, {
      method: 'PUT',
      headers: { origin: url.origin, 'content-length': '1' },
      body: Buffer.from('a'),
    });
    assert.equal(status, 409);
    assert.equal(JSON.parse(body).error.message, desk.refusal);
  });

  it('tells the page apart from that when it may not have been the customer who gave the file', async () => {
    desk.takes = false;
    const { status } = await ask(`${url.pathname}files?name=a`, {
      method: 'PUT',
      headers: { origin: url.origin, 'content-length': '1' },
      body: Buffer.from('a'),
    });
    assert.equal(status, 403);
  });

  it('takes no file from elsewhere, without a name or without a size', async () => {
    const put = (path: string, headers: Record<string, string>) =>
      ask(url.pathname + path, { method: 'PUT', headers, body: Buffer.from('a') });
    assert.equal((await put('files?name=a', { 'content-length': '1' })).status, 403);
    assert.equal((await put('files', { origin: url.origin, 'content-length': '1' })).status, 400);
    const unsized = { origin: url.origin, 'transfer-encoding': 'chunked' };
    assert.equal((await put('files?name=a', unsized)).status, 400);
    assert.deepEqual(desk.files, []);
  });

  it('knows when its last window is gone, and stops listening', async () => {
    const window = openWindow();
    await once(window, 'open');
    assert.equal(page.viewers, 1);
    const left = page.left();
    window.close();
    await left;
    await until('nobody listens to the desk', () => desk.listeners === 0);
    await page.left();
  });

  it('is gone when it is closed, with every window', async () => {
    const window = openWindow();
    await once(window, 'open');
    const closed = once(window, 'close');
    await page.close();
    await closed;
    await assert.rejects(ask(url.pathname), /ECONNREFUSED/);
    page = await startLocalPage(desk, FILES);
  });
});
