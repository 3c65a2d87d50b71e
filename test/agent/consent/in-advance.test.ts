import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { answerInAdvance } from '../../../agent/consent/in-advance.ts';
import type { FileState } from '../../../protocol/file-messages.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { DeskDouble, firstLocalState } from '../desk-double.ts';

describe('Answers in advance', () => {
  const deskWith = (tools: Tool[], files: Partial<FileState>[] = []) => {
    const desk = new DeskDouble();
    const { session } = firstLocalState();
    const at = session.createdAt;
    session.pending = [{ requestId: randomUUID(), tools, askedAt: at, expiresAt: at }];
    session.files = files.map(
      (file): FileState => ({ fileId: randomUUID(), tool: 'file-upload', standing: 'offered', at, ...file }),
    );
    desk.show({ session });
    return { desk, session };
  };

  it('allow what is on the list, refuse the rest, and say that nobody was asked', () => {
    const { desk, session } = deskWith(['view', 'control', 'chat']);
    answerInAdvance(desk, ['chat', 'view', 'clipboard']);
    const { requestId } = session.pending[0]!;
    assert.deepEqual(desk.commands, [
      { type: 'consent.answer', requestId, allowed: ['view', 'chat'], mode: 'in-advance' },
    ]);
    desk.show({});
    assert.equal(desk.commands.length, 1);
  });

  it('are to one technician: nobody else goes on in their place', () => {
    const { desk, session } = deskWith([]);
    const passingId = randomUUID();
    const since = session.createdAt;
    session.passing = { passingId, successor: { name: 'Tom' }, standing: 'asked', since };
    answerInAdvance(desk, ['view']);
    desk.show({});
    assert.deepEqual(desk.commands.at(-1), {
      type: 'passing.answer',
      passingId,
      allow: false,
      mode: 'in-advance',
    });
    assert.equal(desk.commands.filter(({ type }) => type === 'passing.answer').length, 1);
  });

  it('take and give files only when their tool is on the list', () => {
    const asked = randomUUID();
    const { desk, session } = deskWith([], [{}, { fileId: asked, tool: 'file-download', standing: 'asked' }]);
    session.pending = [];
    answerInAdvance(desk, ['view', 'file-download']);
    assert.equal(desk.commands.length, 0, 'what the path means is not known yet');
    desk.show({ asked: [{ fileId: asked, path: '/etc/hostname', size: 3 }] });
    assert.deepEqual(
      desk.commands.map((command) => command.type === 'file.answer' && [command.fileId, command.accept]),
      [[asked, true]],
    );
  });

  it('are no longer given when the session is over', async () => {
    const { desk, session } = deskWith(['view']);
    desk.show({ link: 'over' });
    const customer = answerInAdvance(desk, ['view']);
    assert.deepEqual(desk.commands, []);
    await customer.close();
    desk.show({ link: 'online', session });
    assert.deepEqual(desk.commands, []);
  });
});
