import assert from 'node:assert/strict';
import { randomUUID, sign } from 'node:crypto';
import { Problem } from '../../../console/shared/api.ts';
import type { BrowserKey } from '../../../console/shared/browser-key.ts';
import type { LaneChannel } from '../../../console/shared/lane-channel.ts';
import { SessionAccount } from '../../../console/technician/account.ts';
import type { LeftLane } from '../../../protocol/customer-end/kept-end.ts';
import type { FileFinished } from '../../../protocol/file-messages.ts';
import { nameDigestInput, type SignedStatement } from '../../../protocol/proof/signed-statement.ts';
import { readStatement, type Says, signedMessage } from '../../../protocol/proof/statement.ts';
import type { ConsoleSessionState } from '../../../protocol/session-state.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { isSignatureOf, sha256 } from '../../../server/records/node-signatures.ts';
import { SigningEnd } from '../../support/signing-end.ts';
import { until } from '../../support/until.ts';

/** The key of one sign-in in all windows of a browser. */
function browserKey(): BrowserKey {
  const { signingKey, privateKey } = new SigningEnd('technician');
  const numbers = new Map<string, { number: number; isClosed: boolean }>();
  return {
    signingKey,
    sign: async (message) => sign(null, Buffer.from(message), privateKey).toString('base64'),
    async nextNumber(sessionId, isClosing) {
      const last = numbers.get(sessionId);
      if (isClosing && (!last || last.isClosed)) return undefined;
      const number = (last?.number ?? 0) + 1;
      numbers.set(sessionId, { number, isClosed: isClosing });
      return number;
    },
  };
}

describe('the account of the console', () => {
  const sessionId = randomUUID();
  const ended = { status: 'ended', endedBy: 'technician', endReason: 'done' } as ConsoleSessionState;
  let key: BrowserKey;
  let heard: SignedStatement[];
  let refusal: Problem | undefined;
  let account: SessionAccount;

  const inAnotherWindow = (left: LeftLane[] = []) =>
    new SessionAccount({
      sessionId,
      key,
      left,
      async tell(statements) {
        if (refusal) throw refusal;
        heard.push(...statements);
      },
    });
  beforeEach(() => {
    key = browserKey();
    heard = [];
    refusal = undefined;
    account = inAnotherWindow();
  });

  const read = ({ text, signature }: SignedStatement): [number, Says] => {
    assert(isSignatureOf(key.signingKey, signedMessage(text), signature));
    const statement = readStatement(text)!;
    assert.deepEqual([statement.session, statement.side], [sessionId, 'technician']);
    return [statement.number, statement.says];
  };
  const types = () =>
    heard.map((statement) => read(statement)).map(([number, { type }]) => `${number} ${type}`);
  const hears = (count: number) => until(`${count} lines`, () => heard.length >= count);
  /** A lane that a test opens and closes. */
  const laneOf = (tool: Tool) => {
    const lane = {
      tool,
      laneId: randomUUID(),
      bytesSent: 0,
      bytesReceived: 0,
      onOpen() {},
      onClose(_code: number) {},
    };
    account.follow(lane as unknown as LaneChannel);
    return lane;
  };

  it('says who was let in, together with letting them in', async () => {
    const customerKey = new SigningEnd('customer').signingKey;
    const sent: SignedStatement[] = [];
    await account.admit(customerKey, async ({ statement }) => sent.push(statement!));
    assert.deepEqual(sent.map(read), [[1, { type: 'computer.admitted', signingKey: customerKey }]]);
    assert.deepEqual(heard, []);
  });

  it('says of a page that was loaded anew what closed with it, before the account is closed', async () => {
    const lane = laneOf('chat');
    lane.onOpen();
    lane.bytesSent = 7;
    const left = account.openLanes();
    await hears(1);
    account = inAnotherWindow(left);
    account.ended(ended);
    await hears(3);
    assert.deepEqual(types(), ['1 tool.started', '2 tool.stopped', '3 session.ended']);
    const { laneId } = lane;
    const [, says] = read(heard[1]!);
    assert.deepEqual(says, { type: 'tool.stopped', tool: 'chat', laneId, sent: 7, received: 0 });
  });

  it('says why there is none where this browser cannot sign', async () => {
    account = new SessionAccount({
      sessionId,
      key: 'not-secure',
      left: [],
      tell: async () => assert.fail(),
    });
    const sent: unknown[] = [];
    await account.admit(undefined, async (signature) => sent.push(signature));
    const finished: FileFinished = { type: 'file.finished', fileId: sessionId, outcome: 'failed', bytes: 1 };
    await account.finish(finished, { tool: 'file-upload' }, async (message) => sent.push(message));
    const lane = laneOf('view');
    lane.onOpen();
    lane.onClose(1000);
    account.ended(ended);
    assert.deepEqual(sent, [{ unsigned: 'not-secure' }, finished]);
  });

  it('has each tool’s start and stop with the bytes of this end, and is closed when nothing is open any more', async () => {
    const lane = laneOf('chat');
    lane.onOpen();
    await hears(1);
    account.ended(ended);
    Object.assign(lane, { bytesSent: 5, bytesReceived: 7 });
    lane.onClose(1000);
    await hears(3);
    const { laneId } = lane;
    assert.deepEqual(heard.map(read), [
      [1, { type: 'tool.started', tool: 'chat', laneId }],
      [2, { type: 'tool.stopped', tool: 'chat', laneId, sent: 5, received: 7 }],
      [3, { type: 'session.ended', status: 'ended', endedBy: 'technician', reason: 'done', statements: 3 }],
    ]);
  });

  it('says nothing of a lane that never opened', async () => {
    laneOf('view').onClose(1006);
    laneOf('chat').onOpen();
    await hears(1);
    assert.deepEqual(types(), ['1 tool.started']);
  });

  it('says what became of a file without saying its name', async () => {
    const finished: FileFinished = {
      type: 'file.finished',
      fileId: randomUUID(),
      outcome: 'completed',
      bytes: 3,
      sha256: sha256('abc'),
    };
    const sent: FileFinished[] = [];
    await account.finish(finished, { tool: 'file-upload', name: '../report.pdf' }, async (message) =>
      sent.push(message),
    );
    const { statement, statedName, ...rest } = sent[0]!;
    assert.deepEqual(rest, finished);
    assert.equal(statedName!.name, 'report.pdf');
    const { type, ...claim } = finished;
    const nameSha256 = sha256(nameDigestInput(statedName!));
    assert.deepEqual(read(statement!), [1, { type, tool: 'file-upload', ...claim, nameSha256 }]);
    assert(!statement!.text.includes('report'));
  });

  it('tells a line by itself when its message was refused', async () => {
    const over = new Problem('session.over', 'This session is over.');
    await assert.rejects(
      account.admit(undefined, () => Promise.reject(over)),
      over,
    );
    await hears(1);
    assert.deepEqual(types(), ['1 computer.admitted']);
  });

  it('keeps what could not be told until the broker is back', async () => {
    refusal = new Problem('unreachable', 'No answer.');
    const lane = laneOf('view');
    lane.onOpen();
    lane.onClose(1006);
    await account.admit(undefined, async () => {});
    refusal = undefined;
    account.again();
    await hears(2);
    assert.deepEqual(types(), ['1 tool.started', '2 tool.stopped']);
  });

  it('is closed once, and again when something was said after that', async () => {
    account.ended(ended);
    await account.admit(undefined, async () => {});
    account.ended(ended);
    account.ended(ended);
    await hears(1);
    const lane = laneOf('file-download');
    lane.onOpen();
    lane.onClose(1000);
    await hears(4);
    assert.deepEqual(types(), ['2 session.ended', '3 tool.started', '4 tool.stopped', '5 session.ended']);
  });

  it('counts on in another window, and over a page that is loaded anew', async () => {
    const other = inAnotherWindow();
    await Promise.all([
      account.admit(undefined, async ({ statement }) => heard.push(statement!)),
      other.admit(undefined, async ({ statement }) => heard.push(statement!)),
    ]);
    account = inAnotherWindow();
    account.ended(ended);
    await hears(3);
    assert.deepEqual(heard.map((statement) => read(statement)[0]).sort(), [1, 2, 3]);
  });
});
