import { open } from 'node:fs/promises';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The last bit says in which order of bytes checksums are computed. */
const MAGIC = 0x377f0682;
/** A broker that writes meanwhile may be in the middle of a frame; it is done with it at the next look. */
const LOOKS = 3;

/**
 * What is wrong with a write-ahead log of SQLite (https://www.sqlite.org/fileformat2.html#the_write_ahead_log), as a sentence.
 * SQLite itself says nothing: it takes the first frame that does not fit for the end, so that one bit takes back every
 * commit behind it.
 */
export async function problemOfWriteAheadLog(path: string): Promise<string | undefined> {
  let problem: string | undefined;
  for (let look = 0; look < LOOKS; look += 1) {
    const seen = await lookAt(path);
    if (seen === undefined || (look > 0 && seen !== problem)) return undefined;
    problem = seen;
  }
  return problem;
}

async function lookAt(path: string): Promise<string | undefined> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
  if (file === undefined) return undefined;
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
    if (bytesRead === 0) return undefined;
    const bigEndian = (header.readUInt32BE(0) & 1) === 1;
    const begun = checksum([0, 0], header.subarray(0, 24), bigEndian);
    const pageSize = header.readUInt32BE(8);
    const isSize = pageSize >= 512 && pageSize <= 65_536;
    if (header.readUInt32BE(0) >>> 1 !== MAGIC >>> 1 || !isSize || !isWritten(begun, header, 24))
      return `${path} is damaged at its beginning: nothing that it holds is read.`;
    const frame = Buffer.alloc(FRAME_HEADER_BYTES + pageSize);
    let sum = begun;
    let brokenAt: number | undefined;
    for (let number = 1; ; number += 1) {
      const place = HEADER_BYTES + (number - 1) * frame.length;
      const { bytesRead: read } = await file.read(frame, 0, frame.length, place);
      const own = saltsIn(header, 16, frame);
      // Frames from before the log was begun again, and one that is not yet whole.
      if (read < frame.length || own === 0)
        return brokenAt === undefined
          ? undefined
          : `${path} is damaged in its last frame, ${brokenAt}, which is not read: ${HARMLESS}.`;
      if (brokenAt !== undefined)
        return `${path} is damaged in frame ${brokenAt}: nothing that was written from there on is read.`;
      sum = checksum(checksum(sum, frame.subarray(0, 8), bigEndian), frame.subarray(24), bigEndian);
      if (own === 1 || !isWritten(sum, frame, 16)) brokenAt = number;
    }
  } finally {
    await file.close();
  }
}

const HARMLESS = 'harmless only when the broker was killed while it wrote, and is gone at its next start';

/** How many of the two salts of a frame are those of the log: both are new each time it is begun again. */
const saltsIn = (header: Buffer, at: number, frame: Buffer): number =>
  [0, 4].filter((half) => frame.readUInt32BE(8 + half) === header.readUInt32BE(at + half)).length;

const isWritten = ([first, second]: readonly [number, number], bytes: Buffer, at: number): boolean =>
  bytes.readUInt32BE(at) === first && bytes.readUInt32BE(at + 4) === second;

function checksum(
  [first, second]: readonly [number, number],
  bytes: Buffer,
  bigEndian: boolean,
): [number, number] {
  let [a, b] = [first, second];
  const word = (at: number) => (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + word(at) + b) >>> 0;
    b = (b + word(at + 4) + a) >>> 0;
  }
  return [a, b];
}
