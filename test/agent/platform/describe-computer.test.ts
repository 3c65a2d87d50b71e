import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import {
  describeComputer,
  macName,
  prettyName,
  windowsName,
} from '../../../agent/platform/describe-computer.ts';
import { ComputerClaim } from '../../../protocol/computer.ts';

describe('describing the computer', () => {
  it('answers what the protocol takes', async () => {
    const description = await describeComputer();
    assert.equal(description.hostName, hostname());
    assert.equal(ComputerClaim.parse(description).platform, description.platform);
  });

  it('reads the name of a Linux distribution', () => {
    assert.equal(
      prettyName('ID=debian\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
      'Debian GNU/Linux 12 (bookworm)',
    );
    assert.equal(prettyName("PRETTY_NAME='Arch Linux'"), 'Arch Linux');
    assert.equal(prettyName('PRETTY_NAME="The \\"Best\\""'), 'The "Best"');
    assert.equal(prettyName('NAME=x\n'), undefined);
  });

  it('knows Windows 11 by its build', () => {
    assert.equal(windowsName('Windows 10 Pro', '10.0.19045'), 'Windows 10 Pro');
    assert.equal(windowsName('Windows 10 Pro', '10.0.22631'), 'Windows 11 Pro');
  });

  it('reads the version of macOS', () => {
    assert.equal(macName('<key>ProductVersion</key>\n\t<string>14.5</string>'), 'macOS 14.5');
    assert.equal(macName(''), 'macOS');
  });
});
