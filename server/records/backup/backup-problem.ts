/** A backup cannot be made or read; the message tells a person which file and what is wrong. */
export class BackupProblem extends Error {
  override readonly name = 'BackupProblem';
}
