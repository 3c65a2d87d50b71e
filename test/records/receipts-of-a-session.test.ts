import assert from 'node:assert/strict';
import { join } from 'node:path';
import { v4 as uuid } from 'uuid';
import { ACCESS_TYPES } from '../../protocol/access-log.ts';
import { AccessLog } from '../../server/records/sqlite/access-log.ts';
import { type Connection, openForWriting } from '../../server/records/sqlite/connection.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';

describe('the access log of one session', () => {
  let folder: TemporaryFolder;
  let connection: Connection;
  before(async () => {
    folder = await temporaryFolder();
    connection = openForWriting({ file: join(folder.path, 'records.db') });
  });
  after(async () => {
    connection.close();
    await folder.remove();
  });

  it('is read without going through the receipts of all others', () => {
    const plans: string[] = [];
    const explaining = new Proxy(connection, {
      get: (target, name) =>
        name !== 'prepare'
          ? Reflect.get(target, name)
          : (text: string) => ({
              all: (...values: unknown[]) => {
                const steps = target.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`);
                plans.push(...steps.all(...values).map(({ detail }) => detail));
                return target.prepare(text).all(...values);
              },
            }),
    });
    const question = { types: ACCESS_TYPES, sessionId: uuid() };
    assert.deepEqual(new AccessLog(explaining).page(question, undefined, 50).rows, []);
    const walks = plans.filter((step) => /^(SEARCH|SCAN) entries/.test(step));
    assert(walks.some((step) => step.includes('entries_about_receipt')));
    for (const step of walks) assert.match(step, /^SEARCH entries USING INDEX entries_about_\w+ \(<expr>=\?/);
  });
});
