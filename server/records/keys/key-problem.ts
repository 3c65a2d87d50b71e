/** The keys cannot be used as they are; the message tells a person which file and what to do. */
export class KeyProblem extends Error {
  override readonly name = 'KeyProblem';
}
