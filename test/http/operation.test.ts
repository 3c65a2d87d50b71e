import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type RunningHttp, startHttp } from './start-http.ts';

describe('operation over HTTP', () => {
  let http: RunningHttp;
  before(async () => {
    http = await startHttp();
  });
  after(() => http.stop());

  it('says that it is alive and ready', async () => {
    assert.deepEqual((await http.ask('/healthz')).json, { status: 'ok' });
    assert.deepEqual((await http.ask('/readyz')).json, { status: 'ready', media: 'none' });
  });

  it('says that it is not ready, and why, when the record cannot be written or the disk is full', async () => {
    const { health } = http.access.store;
    const good = await http.access.store.health();
    Object.assign(http.access.store, { health: async () => ({ ...good, writable: false, freeBytes: 1000 }) });
    try {
      const reply = await http.ask('/readyz');
      assert.equal(reply.status, 503);
      assert.deepEqual(reply.json.reasons, ['the record cannot be written', 'the disk is nearly full']);
      assert.equal((await http.ask('/healthz')).status, 200);
    } finally {
      Object.assign(http.access.store, { health });
    }
  });

  describe('metrics', () => {
    it('hold figures and no names', async () => {
      const tess = await http.person('technician');
      const body = { contact: { name: 'Ada Example' }, reason: 'help', tools: ['view'] };
      await tess.ask('/api/v1/sessions', { body });
      const { text, status } = await http.ask('/metrics');
      assert.equal(status, 200);
      assert.match(text, /^countersign_sessions\{status="created"\} 1$/m);
      assert.match(text, /^countersign_append_seconds\{quantile="0.95"\} 0\.\d+$/m);
      assert.match(text, /^countersign_event_loop_delay_seconds\{quantile="0.99"\} [\d.e-]+$/m);
      assert.match(text, /^countersign_relayed_bytes_total\{side="technician"\} 0$/m);
      assert.doesNotMatch(text, /Ada|technician-\d/);
    });

    it('are for whoever asks on this machine by its own name only', async () => {
      const status = async (host: string) => {
        const asked = request(`${http.origin}/metrics`, { headers: { host } }).end();
        const [response] = (await once(asked, 'response')) as [IncomingMessage];
        response.resume();
        return response.statusCode;
      };
      for (const host of ['localhost', '127.0.0.1:8480', '[::1]:8480']) assert.equal(await status(host), 200);
      // As a proxy that forwards the name, and as a page whose name resolves to this machine, would ask.
      for (const host of ['support.example.com', '127.0.0.1.evil.example', 'localhost.evil.example', '@:']) {
        assert.equal(await status(host), 401, host);
      }
    });

    it('are for administrators and auditors when they are asked through a proxy', async () => {
      const proxied = { 'x-forwarded-for': '127.0.0.1' };
      const ask = async (role: 'admin' | 'auditor' | 'manager') => {
        const { user } = await http.person(role);
        const { key } = await http.access.apiKeys.add({ email: user.email, name: 'k', days: 1 }, 'test');
        const headers = { ...proxied, authorization: `Bearer ${key}` };
        return (await http.ask('/metrics', { headers })).status;
      };
      assert.equal((await http.ask('/metrics', { headers: proxied })).status, 401);
      assert.deepEqual([await ask('admin'), await ask('auditor'), await ask('manager')], [200, 200, 403]);
    });
  });

  describe('openapi.json', () => {
    it('describes every route that answers, and nothing that does not', async () => {
      const document = (await http.ask('/api/v1/openapi.json')).json;
      assert.equal(document.openapi, '3.1.0');
      const described = Object.entries<Record<string, unknown>>(document.paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      );
      assert.deepEqual(described.sort(), [
        'DELETE /api/v1/views/{id}',
        'GET /api/v1/access-log',
        'GET /api/v1/access-log/export',
        'GET /api/v1/access-log/people',
        'GET /api/v1/colleagues',
        'GET /api/v1/log/alarms',
        'GET /api/v1/log/checkpoint',
        'GET /api/v1/log/consistency',
        'GET /api/v1/log/inclusion',
        'GET /api/v1/log/state',
        'GET /api/v1/log/verification',
        'GET /api/v1/me',
        'GET /api/v1/receipt',
        'GET /api/v1/retention',
        'GET /api/v1/retention/certificates',
        'GET /api/v1/sessions',
        'GET /api/v1/sessions/export',
        'GET /api/v1/sessions/{id}',
        'GET /api/v1/sessions/{id}/receipt',
        'GET /api/v1/set-up',
        'GET /api/v1/settings/reading',
        'GET /api/v1/settings/retention',
        'GET /api/v1/statistics',
        'GET /api/v1/teams',
        'GET /api/v1/users',
        'GET /api/v1/views',
        'PATCH /api/v1/users/{id}',
        'POST /api/v1/join',
        'POST /api/v1/join/card',
        'POST /api/v1/join/take-over',
        'POST /api/v1/log/verify',
        'POST /api/v1/me/signing-key',
        'POST /api/v1/retention/run',
        'POST /api/v1/sessions',
        'POST /api/v1/sessions/{id}/end',
        'POST /api/v1/sessions/{id}/hold',
        'POST /api/v1/sessions/{id}/hold/lift',
        'POST /api/v1/set-up',
        'POST /api/v1/settings/retention/{kind}/preview',
        'POST /api/v1/sign-in',
        'POST /api/v1/sign-out',
        'POST /api/v1/users',
        'PUT /api/v1/settings/reading',
        'PUT /api/v1/settings/retention/{kind}',
        'PUT /api/v1/views/{id}',
      ]);
    });

    it('comes from the schemas that check the requests', async () => {
      const { paths, components } = (await http.ask('/api/v1/openapi.json')).json;
      const body = paths['/api/v1/users'].post.requestBody.content['application/json'].schema;
      assert.deepEqual(body.required, ['email', 'name', 'role', 'password']);
      const query = paths['/api/v1/sessions'].get.parameters;
      const tool = query.find(({ name }: { name: string }) => name === 'tool');
      assert.deepEqual([tool.schema.type, tool.explode, tool.required], ['array', false, false]);
      const [id] = paths['/api/v1/sessions/{id}'].get.parameters;
      assert.deepEqual([id.in, id.required, id.schema.format], ['path', true, 'uuid']);
      assert(components.schemas.Error.properties.error);
      assert.equal(paths['/api/v1/join'].post.security, undefined);
    });

    it('names each operation once', async () => {
      const { paths } = (await http.ask('/api/v1/openapi.json')).json;
      const ids = Object.values<Record<string, { operationId: string }>>(paths).flatMap((methods) =>
        Object.values(methods).map(({ operationId }) => operationId),
      );
      assert.equal(new Set(ids).size, ids.length);
    });
  });
});
