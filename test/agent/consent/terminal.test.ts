import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { CustomerInterface } from '../../../agent/consent/customer-desk.ts';
import { startTerminal } from '../../../agent/consent/terminal.ts';
import type { FileState } from '../../../protocol/file-messages.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { until } from '../../support/until.ts';
import { DeskDouble, firstLocalState } from '../desk-double.ts';

describe('The terminal', () => {
  let desk: DeskDouble;
  let input: PassThrough;
  let printed: string;
  let terminal: CustomerInterface;

  beforeEach(() => {
    desk = new DeskDouble();
    input = new PassThrough();
    printed = '';
    const output = new PassThrough();
    output.on('data', (chunk) => {
      printed += chunk;
    });
    terminal = startTerminal(desk, input, output);
  });

  afterEach(() => terminal.close());

  const ask = (...tools: Tool[]) => {
    const requestId = randomUUID();
    const now = new Date().toISOString();
    const { session } = desk.shown ?? firstLocalState();
    const pending = [...session.pending, { requestId, tools, askedAt: now, expiresAt: now }];
    desk.show({ session: { ...session, pending } });
    return requestId;
  };
  const file = (change: Partial<FileState>) => {
    const { session } = desk.shown ?? firstLocalState();
    const fileId = randomUUID();
    const at = new Date().toISOString();
    const added: FileState = { fileId, tool: 'file-upload', standing: 'offered', at, ...change };
    desk.show({ session: { ...session, files: [added] } });
    return fileId;
  };
  const prints = (pattern: RegExp) => until(`it prints ${pattern}`, () => pattern.test(printed));
  const done = (count: number) => until('the command', () => desk.commands.length >= count);

  it('shows who asks for what and why, before anything is asked', async () => {
    ask('view');
    await prints(/\[y\/N\]/);
    assert.match(printed, /Tess Technician \(Printing\) of Example Support Ltd wants to help you/);
    assert.match(printed, /Reason: printing fails {3}Reference: T-1042/);
    assert.match(printed, /What is kept: who helped/);
    assert.match(printed, /Did you not ask for help/);
  });

  it('says that nobody can talk through it, where that is asked for', async () => {
    const { session } = firstLocalState();
    desk.show({
      session: {
        ...session,
        card: { ...session.card, tools: ['view', 'voice'] },
        tools: { ...session.tools, voice: { standing: 'unable', since: session.createdAt } },
      },
    });
    await prints(/Nobody can talk through a terminal\. Start this program without --terminal/);
  });

  it('asks by name whether another technician may go on, with what stays allowed, and says when they do', async () => {
    const { session } = firstLocalState();
    session.tools.view = { ...session.tools.view, standing: 'granted' };
    const passingId = randomUUID();
    const successor = { name: 'Tom Technician', team: 'Field' };
    desk.show({
      session: { ...session, passing: { passingId, successor, standing: 'asked', since: session.createdAt } },
    });
    await prints(
      /May Tom Technician of Field go on in place of Tess Technician \(what you allowed stays allowed: see your screen\)\? \[y\/N\]/,
    );
    input.write('y\n');
    await done(1);
    assert.deepEqual(desk.commands[0], { type: 'passing.answer', passingId, allow: true, mode: 'person' });
    desk.show({ session: { ...session, card: { ...session.card, technician: successor } } });
    await prints(/Tom Technician goes on now, in place of Tess Technician\./);
  });

  it('drops that question when it is taken back', async () => {
    const { session } = firstLocalState();
    const passing = { passingId: randomUUID(), successor: { name: 'Tom' }, standing: 'asked' as const };
    desk.show({ session: { ...session, passing: { ...passing, since: session.createdAt } } });
    await prints(/May Tom go on/);
    desk.show({ session });
    input.write('y\n');
    await done(1);
    assert.equal(desk.commands[0]?.type, 'chat.send', 'a late yes answers nothing');
  });

  it('asks about each tool, and takes only a clear yes for one', async () => {
    const requestId = ask('view', 'control', 'chat');
    await prints(/see your screen\? \[y\/N\]/);
    input.write('y\n');
    await prints(/mouse and keyboard\? \[y\/N\]/);
    input.write('perhaps\n');
    await prints(/Please answer y/);
    input.write('\n');
    await prints(/write with you\? \[y\/N\]/);
    input.write('YES\n');
    await done(1);
    assert.deepEqual(desk.commands, [
      { type: 'consent.answer', requestId, allowed: ['view', 'chat'], mode: 'person' },
    ]);
  });

  it('stops everything, also in the middle of a question', async () => {
    ask('view');
    input.write('stop\n');
    await done(1);
    assert.deepEqual(desk.commands, [{ type: 'stop', reason: 'stopped-by-customer', mode: 'person' }]);
  });

  it('stops and allows one tool, and sends the rest as messages', async () => {
    desk.show({});
    input.write('stop control\nallow view\nthe red lamp is on\nallow me\nStop it!\n');
    await done(5);
    assert.deepEqual(desk.commands, [
      { type: 'tool.stop', tool: 'control', mode: 'person' },
      { type: 'tool.allow', tool: 'view', mode: 'person' },
      { type: 'chat.send', text: 'the red lamp is on', mode: 'person' },
      { type: 'chat.send', text: 'allow me', mode: 'person' },
      { type: 'stop', reason: 'stopped-by-customer', mode: 'person' },
    ]);
  });

  it('asks before a file comes or goes', async () => {
    const fileId = file({ name: 'report.pdf', size: 1_500_000 });
    await prints(/Take the file "report.pdf", 1.5 MB\? \[y\/N\]/);
    input.write('y\n');
    await done(1);
    const asked = file({ tool: 'file-download', standing: 'asked', path: '~/log' });
    desk.show({ asked: [{ fileId: asked, path: '/home/ada/log', size: 12 }] });
    await prints(/Send \/home\/ada\/log, 12 bytes\? \[y\/N\]/);
    input.write('n\n');
    await done(2);
    assert.deepEqual(
      desk.commands.map((command) => command.type === 'file.answer' && [command.fileId, command.accept]),
      [
        [fileId, true],
        [asked, false],
      ],
    );
  });

  it('does not ask about a file that is not there, and tells that it was asked for', async () => {
    const fileId = file({ tool: 'file-download', standing: 'asked', path: '~/log' });
    const asked = [{ fileId, path: '/home/ada/log', problem: 'There is no such file.' }];
    desk.show({ asked });
    const { session } = desk.state()!;
    const files = session.files.map((each) => ({
      ...each,
      standing: 'refused' as const,
      reason: 'not-found' as const,
    }));
    desk.show({ session: { ...session, files }, asked });
    await prints(/Tess Technician asked for \/home\/ada\/log\. There is no such file\. Nothing was sent\./);
    assert.deepEqual(desk.commands, []);
  });

  it('tells nothing of files that came or went before this program took over', async () => {
    const { session } = firstLocalState();
    const handedOver = { text: 'the browser’s word', signature: 'signed' };
    const at = new Date().toISOString();
    const taken: FileState = {
      fileId: randomUUID(),
      tool: 'file-upload',
      standing: 'completed',
      name: 'a.txt',
      at,
    };
    desk.show({ session: { ...session, handedOver, files: [taken] } });
    const next = { ...taken, fileId: randomUUID(), name: 'b.txt' };
    desk.show({ session: { ...session, handedOver, files: [taken, next] } });
    await prints(/b\.txt/);
    assert.doesNotMatch(printed, /a\.txt/);
  });

  it('asks again, from the first tool on, when a yes did not count', async () => {
    const requestId = ask('view', 'control');
    await prints(/see your screen\? \[y\/N\]/);
    input.write('y\n');
    await prints(/control|mouse/);
    desk.takes = false;
    input.write('y\n');
    await until('it asks again', () => printed.split('see your screen? [y/N]').length === 3);
    desk.takes = true;
    input.write('y\ny\n');
    await done(1);
    assert.deepEqual(desk.commands, [
      { type: 'consent.answer', requestId, allowed: ['view', 'control'], mode: 'person' },
    ]);
    assert.equal(printed.split('[y/N]').length, 5, 'each question stands there once each time');
  });

  it('counts no yes that was somebody else’s, also when the last answer is the customer’s', async () => {
    const requestId = ask('file-download', 'chat');
    desk.takes = false;
    input.write('y\n');
    await until('it asks again', () => printed.split('[y/N]').length === 3);
    desk.takes = true;
    input.write('n\nn\n');
    await done(1);
    assert.deepEqual(desk.commands, [{ type: 'consent.answer', requestId, allowed: [], mode: 'person' }]);
  });

  it('asks again about a file when a yes did not count', async () => {
    const fileId = file({ name: 'report.pdf', size: 1 });
    desk.takes = false;
    input.write('y\n');
    await done(1);
    desk.takes = true;
    input.write('y\n');
    await done(2);
    const yes = { type: 'file.answer', fileId, accept: true, forSession: false, mode: 'person' };
    assert.deepEqual(desk.commands, [yes, yes]);
  });

  it('asks no more about what nobody waits for', async () => {
    ask('view', 'control');
    await prints(/\[y\/N\]/);
    desk.show({ session: { ...desk.shown!.session, pending: [] } });
    input.write('y\n');
    await done(1);
    assert.equal(desk.commands[0]!.type, 'chat.send');
  });

  it('refuses for whoever cannot answer any more', async () => {
    const first = ask('view');
    input.end();
    await done(1);
    const second = ask('control');
    await done(2);
    assert.deepEqual(
      desk.commands.map((command) => command.type === 'consent.answer' && command),
      [first, second].map((requestId) => ({
        type: 'consent.answer',
        requestId,
        allowed: [],
        mode: 'person',
      })),
    );
  });

  it('tells what is in use, what was written and how the connection is', async () => {
    desk.show({});
    desk.show({ inUse: ['view'] });
    desk.show({ inUse: [], link: 'offline' });
    const at = new Date().toISOString();
    desk.show({ link: 'online', chat: [{ id: randomUUID(), at, text: 'hello', from: 'technician' }] });
    await prints(/Tess Technician: hello/);
    const late = {
      id: randomUUID(),
      at,
      text: 'one more thing',
      from: 'technician' as const,
      name: 'Tom Tester',
    };
    desk.show({ chat: [late] });
    await prints(/Tom Tester: one more thing/);
    assert.match(printed, /Tess Technician sees your screen now\./);
    assert.match(printed, /Tess Technician no longer sees your screen\./);
    assert.match(printed, /server does not answer.*"stop" works all the same/);
    assert.match(printed, /The server is back/);
  });

  it('lets no text of others steer the terminal', async () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202Efdp.exe\r\nstop';
    const state = firstLocalState();
    state.session.card.technician.name = evil;
    state.session.card.consentText = evil;
    state.session.card.reason = evil;
    const at = new Date().toISOString();
    desk.show({ ...state, problem: evil, chat: [{ id: randomUUID(), at, text: evil, from: 'technician' }] });
    file({ name: evil, size: 1 });
    await prints(/Take the file/);
    assert.doesNotMatch(printed, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});
