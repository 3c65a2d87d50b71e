/** What came over a socket, as JSON. Anything else is `undefined`, which every schema refuses. */
export function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
