import assert from 'node:assert/strict';
import { toolsAllOff, wasGranted, withStanding } from '../../server/consent/grant.ts';

const at = (minute: number) => `2026-03-14T12:0${minute}:00.000Z`;

describe('since when a tool stands where it stands', () => {
  it('is, of a grant, when the customer gave it, whether it is used or not', () => {
    let tools = withStanding(toolsAllOff(at(0)), ['file-upload'], 'granted', at(1));
    for (const [standing, minute] of [['in-use', 2] as const, ['granted', 3] as const]) {
      tools = withStanding(tools, ['file-upload'], standing, at(minute));
      assert.deepEqual(tools['file-upload'], { standing, since: at(1) });
    }
  });

  it('is, of what was taken back and given anew, when that was', () => {
    const granted = withStanding(toolsAllOff(at(0)), ['view'], 'granted', at(1));
    const revoked = withStanding(granted, ['view'], 'revoked', at(2));
    assert.equal(revoked.view.since, at(2));
    assert(wasGranted(revoked, 'view', Date.parse(at(2)) + 1_000));
    assert.equal(withStanding(revoked, ['view'], 'granted', at(3)).view.since, at(3));
  });
});
