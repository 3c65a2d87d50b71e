/** How many lines of a text end in this piece of it. */
export function linesIn(piece: string | Uint8Array): number {
  const bytes = Buffer.from(piece as Uint8Array);
  let lines = 0;
  for (let at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
