import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { FOREIGN_HAND_MS, ForeignHand } from '../../../agent/consent/foreign-hand.ts';
import type { InputSink } from '../../../agent/platform/platform.ts';
import { givesMore } from '../../../protocol/customer-end/customers-hand.ts';

/** A display that holds what it is told to. */
class Display implements InputSink {
  readonly #keys = new Set<number>();
  #buttons = 0;
  /** Set to hold up everything until it resolves. */
  gate: Promise<void> = Promise.resolve();

  get holding(): boolean {
    return this.#keys.size > 0 || this.#buttons !== 0;
  }

  async key(keysym: number, down: boolean): Promise<void> {
    await this.gate;
    if (down) this.#keys.add(keysym);
    else this.#keys.delete(keysym);
  }

  async pointer(_x: number, _y: number, buttons: number): Promise<void> {
    await this.gate;
    this.#buttons = buttons;
  }

  async releaseAll(): Promise<void> {
    await this.gate;
    this.#keys.clear();
    this.#buttons = 0;
  }

  close = this.releaseAll;
}

const LONG_MS = 10 * FOREIGN_HAND_MS;
const SPACE = 0x20;

describe('a foreign hand on the customer’s mouse', () => {
  let now: number;
  let display: Display;
  let hand: ForeignHand;
  let input: InputSink;
  beforeEach(() => {
    now = 0;
    display = new Display();
    hand = new ForeignHand(() => now);
    input = hand.watch(display);
  });
  const isNoticed = () => hand.isHere;
  const later = () => {
    now += LONG_MS;
  };

  it('is noticed at every key and at every button, not at a mere move', async () => {
    await input.pointer(1, 1, 0);
    await input.pointer(2, 2, 0);
    assert(!isNoticed(), 'moves');
    await input.pointer(2, 2, 1);
    await input.pointer(2, 2, 0);
    assert(isNoticed(), 'a button');
    later();
    assert(!isNoticed(), 'long ago');
    await input.pointer(3, 3, 0);
    assert(!isNoticed(), 'a move afterwards');
    await input.key(SPACE, true, 0);
    await input.key(SPACE, false, 0);
    assert(isNoticed(), 'a key');
  });

  it('is noticed for as long as it holds something down', async () => {
    await input.key(SPACE, true, 0);
    later();
    assert(isNoticed(), 'a key');
    await input.key(SPACE, false, 0);
    later();
    await input.pointer(3, 3, 1);
    later();
    assert(isNoticed(), 'a button');
    await input.pointer(3, 3, 0);
    later();
    assert(!isNoticed());
  });

  for (const release of ['releaseAll', 'close'] as const) {
    it(`is noticed when the agent lets go of what it held (${release})`, async () => {
      await input.pointer(3, 3, 1);
      later();
      await input[release]();
      assert(isNoticed());
      later();
      assert(!isNoticed());
    });

    it(`is not noticed when nothing was held (${release})`, async () => {
      await input[release]();
      assert(!isNoticed());
    });
  }

  it('is noticed while a press is still on its way to a slow display', async () => {
    let open = () => {};
    display.gate = new Promise((resolve) => {
      open = resolve;
    });
    const pressed = input.key(SPACE, true, 0);
    const closed = input.close();
    later();
    assert(isNoticed());
    open();
    await Promise.all([pressed, closed]);
    assert(isNoticed());
    later();
    assert(!isNoticed());
  });

  it('holds back what gives more, and nothing that takes away', () => {
    const fileId = randomUUID();
    const requestId = randomUUID();
    assert(givesMore({ type: 'consent.answer', requestId, allowed: ['control'] }));
    assert(givesMore({ type: 'tool.allow', tool: 'file-download' }));
    assert(givesMore({ type: 'file.answer', fileId, accept: true, forSession: false }));
    assert(!givesMore({ type: 'consent.answer', requestId, allowed: [] }));
    assert(!givesMore({ type: 'file.answer', fileId, accept: false, forSession: false }));
    assert(!givesMore({ type: 'tool.stop', tool: 'view' }));
    assert(!givesMore({ type: 'stop', reason: 'stopped-by-customer' }));
  });
});
