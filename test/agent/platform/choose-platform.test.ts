import assert from 'node:assert/strict';
import { choosePlatform } from '../../../agent/platform/choose-platform.ts';

describe('choosing the platform', () => {
  it('takes X11 where a display is set or named', () => {
    assert.equal(choosePlatform({ system: 'linux', environment: { DISPLAY: ':0' } }).name, 'x11');
    assert.equal(choosePlatform({ system: 'linux', environment: {}, display: ':7' }).name, 'x11');
  });

  it('takes the portable way on Windows and macOS', () => {
    for (const system of ['win32', 'darwin'] as const)
      assert.equal(choosePlatform({ system, environment: {} }).name, 'portable');
  });

  it('says in plain words that a Wayland session cannot be shown', () => {
    for (const environment of [
      { WAYLAND_DISPLAY: 'wayland-0' },
      { WAYLAND_DISPLAY: 'wayland-0', DISPLAY: ':0', XDG_SESSION_TYPE: 'wayland' },
    ])
      assert.throws(() => choosePlatform({ system: 'linux', environment }), /Wayland session/);
  });

  it('says that there is no screen where there is none', () => {
    assert.throws(() => choosePlatform({ system: 'linux', environment: {} }), /no screen here: .* --display/);
  });
});
