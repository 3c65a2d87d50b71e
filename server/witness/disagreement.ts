/** The log is not the one that was seen before: it was forked, or entries are gone. The message is for people. */
export class LogDisagrees extends Error {
  override readonly name = 'LogDisagrees';
  /** @param unkept why what is said now could not be kept beside what was seen before. */
  constructor(
    what: string,
    readonly unkept?: string,
  ) {
    super(
      unkept === undefined ? what : `${what} (What is said now could not be kept as evidence: ${unkept}.)`,
    );
  }
}

/** Two checkpoints of as many entries, and both are signed. */
export class LogForked extends LogDisagrees {}

/** What a witness keeps is nothing to compare a log with: it was changed, is damaged, or is of several logs. An alarm too. */
export class KeptUnusable extends Error {}
