import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Key, Keymap } from '../../../agent/input/keymap.ts';
import { SpareKeys } from '../../../agent/input/spare-keys.ts';

const SETTLE_MS = 300;

/** A keyboard on which `bound` is bound, with `count` keys that can be lent. */
function keyboard(count: number, bound: ReadonlyMap<number, number>): Keymap {
  const keys = new Map<number, Key>();
  for (const [keycode, keysym] of bound)
    keys.set(keycode, {
      groups: [{ type: { modifiers: 0, levels: [] }, symbols: [keysym, keysym] }],
      beyond: 'wrap',
    });
  return { minKeycode: 100, maxKeycode: 99 + count, keys, modifierKeys: new Map() };
}

describe('spare keys', () => {
  it('never take a character from a key that is down or was pressed a moment ago', () => {
    const step = fc.record({
      keysym: fc.integer({ min: 0x1004e00, max: 0x1004e20 }),
      afterMs: fc.nat(200),
      hold: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (count, steps) => {
        const spares = new SpareKeys(SETTLE_MS);
        const bound = new Map<number, number>();
        const down = new Set<number>();
        const lastPress = new Map<number, number>();
        let now = 1_000;
        spares.follow(keyboard(count, bound));
        for (const { keysym, afterMs, hold } of steps) {
          now += afterMs;
          if ([...bound.values()].includes(keysym)) continue;
          const loan = spares.lend(keysym, now, (keycode) => down.has(keycode));
          if (!loan) {
            assert.equal(down.size, count);
            down.clear();
            continue;
          }
          now += loan.waitMs;
          assert.ok(!down.has(loan.keycode));
          const pressedAt = lastPress.get(loan.keycode);
          if (pressedAt !== undefined) assert.ok(now - pressedAt >= SETTLE_MS);
          bound.set(loan.keycode, keysym);
          spares.follow(keyboard(count, bound));
          spares.pressed(loan.keycode, now);
          lastPress.set(loan.keycode, now);
          if (hold) down.add(loan.keycode);
          assert.deepEqual(spares.lent(now).keycodes.toSorted(), [...bound.keys()].toSorted());
        }
      }),
    );
  });

  it('forget what another program bound over', () => {
    const spares = new SpareKeys(SETTLE_MS);
    spares.follow(keyboard(2, new Map()));
    const { keycode } = spares.lend(0x1004e00, 0, () => false)!;
    spares.follow(keyboard(2, new Map([[keycode, 0x61]])));
    assert.deepEqual(spares.lent(0).keycodes, []);
  });
});
