import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { EXIT } from '../../agent/agent-error.ts';
import { LocalState } from '../../protocol/local-page.ts';
import { COUNTERSIGN } from '../support/broker.ts';
import { type Program, startProgram } from '../support/program.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../support/virtual-display.ts';
import { BrokerDouble } from './broker-double.ts';

const CODE = '123-456-789';

describe('countersign agent', function () {
  this.timeout(60_000);
  let display: VirtualDisplay;
  let folder: TemporaryFolder;
  let broker: BrokerDouble;
  let agent: Program | undefined;

  before(async () => {
    [display, folder] = await Promise.all([startVirtualDisplay(), temporaryFolder()]);
  });
  after(async () => {
    await display.stop();
    await folder.remove();
  });
  beforeEach(async () => {
    broker = await BrokerDouble.start();
  });
  afterEach(async () => {
    await agent?.stop('SIGKILL');
    await broker.die();
  });

  const start = (...options: string[]) => {
    agent = startProgram(process.execPath, [COUNTERSIGN, 'agent', ...options], {
      env: {
        HOME: folder.path,
        DISPLAY: display.display,
        XAUTHORITY: '/dev/null',
        WAYLAND_DISPLAY: undefined,
      },
    });
    return agent;
  };
  const join = (...options: string[]) => start('--server', broker.url, '--code', CODE, ...options);
  const connected = () => until('the agent connects', () => broker.connections > 0, 30_000);

  it('asks and answers in a terminal that is none', async () => {
    const { process: child, prints, ended } = join('--terminal');
    await connected();
    broker.ask('view', 'chat');
    await prints(/Tess Technician \(Printing\) of Example Support Ltd wants to help you/, 30_000);
    await prints(/see your screen\? \[y\/N\]/);
    child.stdin!.write('y\n');
    await prints(/write with you\? \[y\/N\]/);
    child.stdin!.write('n\n');
    const { allowed, mode } = await broker.hears('consent.answered');
    assert.deepEqual([allowed, mode], [['view'], 'person']);
    broker.grant('view');
    const lane = await broker.offer('view');
    assert.equal(String((await once(lane, 'message'))[0]), 'RFB 003.008\n');
    await prints(/Tess Technician sees your screen now/);
    child.stdin!.write('stop view\n');
    await prints(/no longer sees your screen/);
    assert.equal((await broker.hears('grant.revoke')).tool, 'view');
    broker.push({ tools: broker.standing('revoked', 'view') });
    child.stdin!.write('stop\n');
    assert.equal((await broker.hears('session.stop')).reason, 'stopped-by-customer');
    assert.equal(await ended, EXIT.ended);
  });

  it('answers in advance, and says so', async () => {
    const { ended, prints } = join('--allow', 'chat,view');
    await connected();
    broker.ask('view', 'control');
    const { allowed, mode } = await broker.hears('consent.answered');
    assert.deepEqual([allowed, mode], [['view'], 'in-advance']);
    broker.grant('view');
    broker.ask('chat');
    assert.deepEqual((await broker.hears('consent.answered', 1)).allowed, ['chat']);
    broker.push({
      status: 'ended',
      endedBy: 'technician',
      endReason: 'done',
      endedAt: new Date().toISOString(),
    });
    await prints(/Your technician ended the session/);
    assert.equal(await ended, EXIT.ended);
  });

  it('serves the page where the customer answers, and stays until it was read', async () => {
    const { prints, ended } = join('--no-open');
    const [address] = await prints(/http:\/\/127\.0\.0\.1:\d+\/\S+/, 30_000);
    await connected();
    const requestId = broker.ask('chat');
    const { host, origin, pathname } = new URL(address);
    assert.match(await (await fetch(address)).text(), /<title>/);
    const page = new WebSocket(`ws://${host}${pathname}live`, { headers: { origin } });
    const states: LocalState[] = [];
    page.on('message', (message) => states.push(LocalState.parse(JSON.parse(String(message)))));
    await until('the question', () => states.at(-1)?.session.pending.length === 1);
    page.send(JSON.stringify({ type: 'consent.answer', requestId, allowed: ['chat'] }));
    assert.deepEqual((await broker.hears('consent.answered')).allowed, ['chat']);
    page.send(JSON.stringify({ type: 'stop', reason: 'stopped-by-customer' }));
    await until('the end', () => states.at(-1)?.link === 'over');
    await prints(/This page stays until you close it/);
    page.close();
    assert.equal(await ended, EXIT.ended);
  });

  it('tells the broker when it is ended by a signal', async () => {
    const { process: child, ended, prints } = join('--allow', 'view');
    await connected();
    child.kill('SIGTERM');
    assert.equal((await broker.hears('session.stop')).reason, 'stopped-by-customer');
    await prints(/You stopped the session/);
    assert.equal(await ended, EXIT.ended);
  });

  it('ends by a signal also when the broker is dead', async () => {
    const { process: child, ended, prints } = join('--allow', 'view');
    await connected();
    await broker.die();
    await prints(/The server does not answer/);
    child.kill('SIGINT');
    assert.equal(await ended, EXIT.ended);
    await broker.rise();
  });

  it('ends the session when the display goes away', async () => {
    const own = await startVirtualDisplay();
    try {
      const { ended, prints } = join('--allow', 'view', '--display', own.display);
      await connected();
      broker.ask('view');
      await broker.hears('consent.answered');
      broker.grant('view');
      await once(await broker.offer('view'), 'message');
      process.kill(own.pid, 'SIGKILL');
      assert.equal((await broker.hears('session.stop')).reason, 'display-lost');
      await prints(/The screen of this computer went away/);
      assert.equal(await ended, EXIT.ended);
    } finally {
      await own.stop();
    }
  });

  it('asks for the code when it was not given', async () => {
    const { process: child, prints } = start('--server', broker.url, '--allow', 'view');
    await prints(/The code that your technician told you/, 30_000);
    child.stdin!.write('123 456 789\n');
    await connected();
    assert.equal((broker.joins[0] as { code: string }).code, '123456789');
  });

  it('describes this computer and what it can do', async () => {
    join('--allow', 'view');
    await connected();
    const { agent: claim, computer } = broker.joins[0] as Record<string, Record<string, unknown>>;
    assert.equal(claim!.kind, 'native');
    assert.deepEqual(claim!.capable, [
      'view',
      'control',
      'clipboard',
      'file-upload',
      'file-download',
      'chat',
    ]);
    assert.ok(computer!.hostName && computer!.platform && computer!.architecture);
  });

  for (const [where, option, canTalk] of [
    ['on its page', '--no-open', true],
    ['in a terminal', '--terminal', false],
  ] as const)
    it(`${canTalk ? 'lets' : 'does not let'} its customer talk ${where}`, async () => {
      join(option);
      await connected();
      const [{ agent: claim }] = broker.joins as [{ agent: { capable: string[] } }];
      assert.equal(claim.capable.includes('voice'), canTalk);
    });

  it('says what is wrong, without a trace of its inside, and ends with a status of its own', async () => {
    const fails = async (status: number, sentence: RegExp, ...options: string[]) => {
      const program = start(...options);
      assert.equal(await program.ended, status, program.output());
      assert.match(program.output(), sentence);
      assert.doesNotMatch(program.output(), /\n\s+at |node:/);
    };
    await fails(
      EXIT.noDisplay,
      /^No screen was found at :4242\. Start this/m,
      '--server',
      broker.url,
      '--code',
      CODE,
      '--display',
      ':4242',
    );
    assert.equal(broker.joins.length, 0, 'no code was used up');
    broker.joinAnswer = { status: 404, body: { error: { code: 'code.wrong', message: 'No.' } } };
    await fails(EXIT.codeRefused, /This code does not work/, '--server', broker.url, '--code', CODE);
  });
});
