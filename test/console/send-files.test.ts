import assert from 'node:assert/strict';
import { sendFiles } from '../../console/customer/local/send-file.ts';

describe('files that the customer sends', () => {
  const fetchBefore = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = fetchBefore;
  });

  /** Sends a, b and c to an agent that answers with these; what it was given, and what was told as not sent. */
  async function send(...statuses: number[]) {
    const given: string[] = [];
    globalThis.fetch = async (address) => {
      given.push(String(address));
      return new Response(null, { status: statuses[given.length - 1]! });
    };
    const failed: string[] = [];
    await sendFiles(
      ['a', 'b', 'c'].map((name) => new File([], name)),
      (name) => failed.push(name),
    );
    return { given: given.length, failed };
  }

  it('go one by one, past one that the technician did not take', async () => {
    assert.deepEqual(await send(204, 409, 204), { given: 3, failed: ['b'] });
  });

  it('end with the first that was not the customer’s to give', async () => {
    assert.deepEqual(await send(204, 403, 204), { given: 2, failed: ['b', 'c'] });
  });
});
