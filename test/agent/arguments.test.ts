import assert from 'node:assert/strict';
import { AgentError, EXIT } from '../../agent/agent-error.ts';
import { readArguments, USAGE } from '../../agent/arguments.ts';

describe('The command line of the agent', () => {
  const refused = (argv: string[], sentence: RegExp) =>
    assert.throws(
      () => readArguments(argv),
      (error) => {
        assert.ok(error instanceof AgentError);
        assert.equal(error.status, EXIT.usage);
        assert.match(error.message, sentence);
        return true;
      },
    );

  it('is a server, and little else', () => {
    assert.deepEqual(readArguments(['--server', 'support.example']), {
      server: 'support.example',
      terminal: false,
      open: true,
      insecure: false,
    });
    const all =
      '--server s --code 123-456-789 --allow view,chat --terminal --display :1 --downloads d --no-open';
    assert.deepEqual(readArguments([...all.split(' '), '--insecure']), {
      server: 's',
      code: '123-456-789',
      allow: ['view', 'chat'],
      terminal: true,
      display: ':1',
      downloads: 'd',
      open: false,
      insecure: true,
    });
  });

  it('takes a ticket that begins with a dash, as the page writes it', () => {
    assert.equal(readArguments(['--server', 's', '--ticket=-Zq.x'])?.ticket, '-Zq.x');
  });

  it('says what it does not understand, and where to look', () => {
    refused([], /Say which server: --server https.*\nSee: countersign agent --help/);
    refused(['--server'], /--server/);
    refused(['--server', 's', '--sudo'], /--sudo/);
    refused(['--server', 's', 'more'], /more/);
    refused(['--server', 's', '--allow', 'view,root'], /knows view, .* and not "root"/);
    refused(['--server', 's', '--allow', 'view,voice'], /knows view, .* chat, and not "voice"/);
  });

  it('explains itself, with every option and every exit status', () => {
    assert.equal(readArguments(['--help']), undefined);
    for (const option of [
      'server',
      'code',
      'allow',
      'terminal',
      'display',
      'downloads',
      'no-open',
      'insecure',
    ])
      assert.match(USAGE, new RegExp(`--${option}\\b`));
    for (const status of Object.values(EXIT)) assert.match(USAGE, new RegExp(`\\b${status} [a-z]`));
  });

  it('refuses everything in advance with an empty list', () => {
    assert.deepEqual(readArguments(['--server', 's', '--allow', ''])?.allow, []);
  });
});
