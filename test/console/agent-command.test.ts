import assert from 'node:assert/strict';
import { agentCommand, detectPlatform } from '../../console/customer/join/agent-command.ts';

describe('the command that starts the agent', () => {
  it('comes from the server itself and carries its address and the code', () => {
    assert.equal(
      agentCommand(
        {
          publicUrl: 'https://help.example.com/',
          agentPackageUrl: 'https://help.example.com/agent-0a1b.tgz',
        },
        { code: '123456789' },
      ),
      'npx --yes https://help.example.com/agent-0a1b.tgz --server https://help.example.com --code 123456789',
    );
  });

  it('carries the ticket of a hand-over in the place of a code', () => {
    const found = {
      publicUrl: 'https://help.example.com/',
      agentPackageUrl: 'https://help.example.com/agent.tgz',
    };
    assert.match(
      agentCommand(found, { ticket: '-bc-_.def' }),
      / --server https:\/\/help.example.com --ticket=-bc-_\.def$/,
      'with a sign of its own, because one in 64 begins with a dash',
    );
  });

  it('quotes whatever a shell would read as its own', () => {
    assert.equal(
      agentCommand(
        {
          publicUrl: "https://help.example.com/a;b'c&d",
          agentPackageUrl: "https://help.example.com/a;b'c&d/agent.tgz",
        },
        { code: '123456789' },
      ),
      "npx --yes 'https://help.example.com/a;b'\\''c&d/agent.tgz' --server 'https://help.example.com/a;b'\\''c&d' --code 123456789",
    );
  });

  it('is offered for the system that the browser runs on', () => {
    const chromium = (platform: string) =>
      `Mozilla/5.0 (${platform}) AppleWebKit/537.36 Chrome/150 Safari/537.36`;
    const detect = (platform: string, userAgent: string) => detectPlatform({ platform, userAgent });
    assert.equal(detect('Linux x86_64', chromium('X11; Linux x86_64')), 'linux');
    assert.equal(detect('Win32', chromium('Windows NT 10.0; Win64; x64')), 'windows');
    assert.equal(detect('MacIntel', chromium('Macintosh; Intel Mac OS X 10_15_7')), 'macos');
    assert.equal(detect('Linux armv8l', chromium('Linux; Android 10; K')), 'other');
    assert.equal(detect('iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)'), 'other');
    assert.equal(detect('', ''), 'other');
  });
});
