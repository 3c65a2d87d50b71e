import assert from 'node:assert/strict';
import { keysymsOf } from '../../../console/technician/keysyms.ts';

describe('keysymsOf', () => {
  it('gives Latin-1 as it is and everything else as Unicode', () => {
    assert.deepEqual(keysymsOf('aÿ'), [0x61, 0xff]);
    assert.deepEqual(keysymsOf('€漢'), [0x010020ac, 0x01006f22]);
  });

  it('gives a character beyond the first plane as one keysym', () => {
    assert.deepEqual(keysymsOf('👋'), [0x0101f44b]);
  });

  it('presses Return once for every kind of line end, and Tab', () => {
    assert.deepEqual(keysymsOf('\r\n\n\r\t'), [0xff0d, 0xff0d, 0xff0d, 0xff09]);
  });

  it('leaves other control characters out', () => {
    assert.deepEqual(keysymsOf('\u0000\u001b\u007f\u0085x'), [0x78]);
  });
});
