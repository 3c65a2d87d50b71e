import assert from 'node:assert/strict';
import type { SendOutcome } from '../../console/customer/local/customer-link.ts';
import { sendFiles } from '../../console/customer/local/send-file.ts';

describe('files that the customer sends', () => {
  /** Sends a, b and c to an agent that takes them so; what it was given, and what was told as not sent. */
  async function send(...outcomes: SendOutcome[]) {
    const given: string[] = [];
    const failed: string[] = [];
    await sendFiles(
      ['a', 'b', 'c'].map((name) => new File([], name)),
      async ({ name }) => outcomes[given.push(name) - 1]!,
      (name) => failed.push(name),
    );
    return { given: given.length, failed };
  }

  it('go one by one, past one that the technician did not take', async () => {
    assert.deepEqual(await send('sent', 'failed', 'sent'), { given: 3, failed: ['b'] });
  });

  it('end with the first that was not the customer’s to give', async () => {
    assert.deepEqual(await send('sent', 'refused', 'sent'), { given: 2, failed: ['b', 'c'] });
  });
});
