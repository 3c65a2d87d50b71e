import { Outcome, SessionStatus } from '../../../protocol/session.ts';
import { type SessionDocument, usedTools } from '../../../protocol/session-fold.ts';
import { TOOLS } from '../../../protocol/tool.ts';
import { toolBits } from './tables.ts';

/**
 * What the overview counts of a session, in twenty bytes: all sessions of a year then fit into memory and are read in a
 * tenth of a second. Little-endian; a slot of zeros is empty.
 *
 *   0 u32 created, s since the epoch   4 u32 waiting, ms     8 u32 active, ms    12 u24 staff (table `staff`)
 *   15 u8 status, outcome              16 u8 tools used      17 u8 refused       18 u8 unanswered    19 u8 asked
 */
export const SLOT_BYTES = 20;
/** Three chunks of them fill a page. */
export const SLOTS_A_CHUNK = 64;

/** No such time: it did not come so far. */
const NEVER = 0xffff_ffff;
const LONGEST_MS = NEVER - 1;
const OUTCOME_SHIFT = 4;
if (TOOLS.length > 8) throw new Error('a set of tools no longer fits into the byte that figures have for it');

export function packFigures({ record }: SessionDocument, staff: number): Buffer {
  const { answers } = record.consent;
  const silence = answers.filter(({ mode }) => mode === 'timed-out');
  const spoken = answers.filter(({ mode }) => mode === 'person' || mode === 'in-advance');
  const asked = [...silence, ...spoken].flatMap(({ allowed, refused }) => [...allowed, ...refused]);
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.writeUInt32LE(Math.floor(Date.parse(record.createdAt) / 1000), 0);
  slot.writeUInt32LE(record.startedAt === undefined ? NEVER : ms(record.waitingSeconds), 4);
  slot.writeUInt32LE(ms(record.activeSeconds), 8);
  slot.writeUIntLE(staff, 12, 3);
  const outcome = record.outcome === undefined ? 0 : Outcome.options.indexOf(record.outcome) + 1;
  slot.writeUInt8((SessionStatus.options.indexOf(record.status) + 1) | (outcome << OUTCOME_SHIFT), 15);
  slot.writeUInt8(toolBits(usedTools(record)), 16);
  slot.writeUInt8(toolBits(spoken.flatMap(({ refused }) => refused)), 17);
  slot.writeUInt8(toolBits(silence.flatMap(({ refused }) => refused)), 18);
  slot.writeUInt8(toolBits(asked), 19);
  return slot;
}

const ms = (seconds: number | undefined): number =>
  seconds === undefined ? NEVER : Math.min(Math.round(seconds * 1000), LONGEST_MS);

/** Reads slot after slot without making an object for each. */
export class FiguresReader {
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;

  open(chunk: Uint8Array): void {
    this.#view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#at = -SLOT_BYTES;
  }

  /** To the next slot, empty or not; false behind the last one. */
  next(): boolean {
    this.#at += SLOT_BYTES;
    return this.#at < this.#view.byteLength;
  }

  get isEmpty(): boolean {
    return this.#view.getUint8(this.#at + 15) === 0;
  }
  get createdSeconds(): number {
    return this.#view.getUint32(this.#at, true);
  }
  get waitingMs(): number | undefined {
    return time(this.#view.getUint32(this.#at + 4, true));
  }
  get activeMs(): number | undefined {
    return time(this.#view.getUint32(this.#at + 8, true));
  }
  get staff(): number {
    return this.#view.getUint32(this.#at + 12, true) & 0xff_ffff;
  }
  /** Of SessionStatus. */
  get statusIndex(): number {
    return (this.#view.getUint8(this.#at + 15) & 0xf) - 1;
  }
  /** Of Outcome; -1 where nobody said. */
  get outcomeIndex(): number {
    return (this.#view.getUint8(this.#at + 15) >> OUTCOME_SHIFT) - 1;
  }
  get used(): number {
    return this.#view.getUint8(this.#at + 16);
  }
  get refused(): number {
    return this.#view.getUint8(this.#at + 17);
  }
  get unanswered(): number {
    return this.#view.getUint8(this.#at + 18);
  }
  get asked(): number {
    return this.#view.getUint8(this.#at + 19);
  }
}

const time = (stored: number): number | undefined => (stored === NEVER ? undefined : stored);
