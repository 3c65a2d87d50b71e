/**
 * The requests of the X Keyboard Extension that the injector needs. The `x11` package has most of XKB but not
 * GetMap (XKB protocol 1.0, 16.3.6 and appendix D), which alone tells layouts and levels without guessing.
 */
import type { Key, Keymap, KeyType } from '../../input/keymap.ts';
import type { X11Display } from './display.ts';
import type { XkbExtension, XkbState } from './extensions.ts';

const CORE_KEYBOARD = 0x100;
const GET_MAP = 8;
const KEY_TYPES = 1;
const KEY_SYMBOLS = 2;
const MODIFIER_MAP = 4;
/** Where the reply's lists begin: the `x11` package cuts off the 8 bytes that every reply begins with. */
const LISTS_OFFSET = 32;

export const XkbEvent = { newKeyboard: 0, map: 1 } as const;

/** XKB for the keyboard that programs see. */
export class Xkb {
  readonly #display: X11Display;
  readonly #extension: XkbExtension;

  private constructor(display: X11Display, extension: XkbExtension) {
    this.#display = display;
    this.#extension = extension;
  }

  /** Asks to be told of keymap changes; throws when the server has no XKB. */
  static async open(display: X11Display, keymapChanged: () => void): Promise<Xkb> {
    const extension = await display.extension<XkbExtension>('xkb');
    const { supported } = await display.request<{ supported: number }>((reply) =>
      extension.UseExtension(1, 0, reply),
    );
    if (!supported) throw new Error(`the X server ${display.name} speaks another version of XKB`);
    const mask = (1 << XkbEvent.newKeyboard) | (1 << XkbEvent.map);
    // For map events the parts are selected by the two masks behind, for the others by selectAll.
    extension.SelectEvents(CORE_KEYBOARD, mask, 0, mask, 0xff, 0xff);
    display.onEvent((event) => {
      if (event.xkbType === XkbEvent.newKeyboard || event.xkbType === XkbEvent.map) keymapChanged();
    });
    return new Xkb(display, extension);
  }

  state(): Promise<XkbState> {
    return this.#display.request((reply) => this.#extension.GetState(CORE_KEYBOARD, reply));
  }

  /** Which keycodes repeat while they are held: one bit each. */
  async repeatingKeys(): Promise<readonly number[]> {
    const controls = await this.#display.request<{ perKeyRepeat: number[] }>((reply) =>
      this.#extension.GetControls(CORE_KEYBOARD, reply),
    );
    return controls.perKeyRepeat;
  }

  /** Locks and unlocks the modifiers in `affected` as `locked` says, and the group when one is given. */
  lock(affected: number, locked: number, group: number | undefined): void {
    this.#extension.LatchLockState(
      CORE_KEYBOARD,
      affected,
      locked,
      group !== undefined,
      group ?? 0,
      0,
      0,
      false,
      0,
    );
  }

  keymap(): Promise<Keymap> {
    const { client } = this.#display;
    const request = Buffer.alloc(28);
    request[0] = this.#extension.majorOpcode;
    request[1] = GET_MAP;
    request.writeUInt16LE(request.length / 4, 2);
    request.writeUInt16LE(CORE_KEYBOARD, 4);
    request.writeUInt16LE(KEY_TYPES | KEY_SYMBOLS | MODIFIER_MAP, 6);
    return this.#display.request((reply) => {
      client.seq_num++;
      client.pack_stream.put(request);
      client.replies[client.seq_num] = [parseMap, reply];
      client.pack_stream.submit(true);
    });
  }
}

/** Reads the body of a GetMap reply that holds types, symbols and the modifier map. */
export function parseMap(body: Buffer): Keymap {
  let offset = LISTS_OFFSET;
  const typeCount = body.readUInt8(7);
  const types: KeyType[] = [];
  for (let i = 0; i < typeCount; i++) {
    const { type, bytes } = parseType(body.subarray(offset));
    types.push(type);
    offset += bytes;
  }
  const firstKey = body.readUInt8(9);
  const keyCount = body.readUInt8(12);
  const keys = new Map<number, Key>();
  for (let i = 0; i < keyCount; i++) {
    const { key, bytes } = parseKey(body.subarray(offset), types);
    if (key.groups.length > 0) keys.set(firstKey + i, key);
    offset += bytes;
  }
  const modifierKeys = new Map<number, number>();
  const modifierKeyCount = body.readUInt8(25);
  for (let i = 0; i < modifierKeyCount; i++)
    modifierKeys.set(body.readUInt8(offset + i * 2), body.readUInt8(offset + i * 2 + 1));
  return { minKeycode: body.readUInt8(2), maxKeycode: body.readUInt8(3), keys, modifierKeys };
}

function parseType(body: Buffer): { type: KeyType; bytes: number } {
  const entryCount = body.readUInt8(5);
  const hasPreserve = body.readUInt8(6) !== 0;
  const levels: KeyType['levels'][number][] = [];
  for (let i = 0; i < entryCount; i++) {
    const entry = 8 + i * 8;
    const isActive = body.readUInt8(entry) !== 0;
    const preserved = hasPreserve ? body.readUInt8(8 + entryCount * 8 + i * 4) : 0;
    if (isActive)
      levels.push({ modifiers: body.readUInt8(entry + 1), level: body.readUInt8(entry + 2), preserved });
  }
  return {
    type: { modifiers: body.readUInt8(0), levels },
    bytes: 8 + entryCount * (hasPreserve ? 12 : 8),
  };
}

function parseKey(body: Buffer, types: readonly KeyType[]): { key: Key; bytes: number } {
  const groupInfo = body.readUInt8(4);
  const width = body.readUInt8(5);
  const symbolCount = body.readUInt16LE(6);
  const groups = Array.from({ length: groupInfo & 0x0f }, (_, group) => ({
    type: types[body.readUInt8(group)] ?? { modifiers: 0, levels: [] },
    symbols: Array.from({ length: width }, (_, level) => {
      const index = group * width + level;
      return index < symbolCount ? body.readUInt32LE(8 + index * 4) : 0;
    }),
  }));
  const beyond =
    groupInfo & 0x80 ? { redirect: (groupInfo >> 4) & 3 } : groupInfo & 0x40 ? ('clamp' as const) : 'wrap';
  return { key: { groups, beyond }, bytes: 8 + symbolCount * 4 };
}
