/** What the program's exit status tells a script. Printed by `countersign agent --help`. */
export const EXIT = {
  ended: 0,
  defect: 1,
  usage: 2,
  unreachable: 3,
  codeRefused: 4,
  tooManyTries: 5,
  versionMismatch: 6,
  noDisplay: 7,
  lost: 8,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** An end of this program that we expect: a whole sentence for the customer, and its exit status. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  constructor(
    readonly status: ExitStatus,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
