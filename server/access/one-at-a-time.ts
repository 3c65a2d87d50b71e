/** Answers a function that runs what it is given one after the other, so that a check and its effect stay together. */
export function oneAtATime(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    // The caller sees the failure; the queue only needs to know that this turn is over.
    last = next.catch(() => {});
    return next;
  };
}
