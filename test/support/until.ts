const POLL_MS = 15;

/** Polls until `holds` answers true (or a value); fails with `what` in the message when it does not within the time. */
export async function until<Value>(
  what: string,
  holds: () => Value | Promise<Value>,
  timeoutMs = 10_000,
): Promise<NonNullable<Value>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await holds();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
