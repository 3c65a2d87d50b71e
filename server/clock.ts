/** The one source of time. Tests inject a clock that moves when they say so. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `then` once after `delayMs`; the answer cancels it. A pending timer does not keep the process alive. */
  after(delayMs: number, then: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, then) {
    const timer = setTimeout(then, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The clock's moment as the wire and the record write it. */
export const instant = (clock: Clock): string => new Date(clock.now()).toISOString();

/** A clock that stands at this moment: for work that goes by one moment, however long it takes. */
export function standing(clock: Clock): Clock {
  const moment = clock.now();
  return { now: () => moment, after: (delayMs, then) => clock.after(delayMs, then) };
}
