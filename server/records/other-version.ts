/** Records that this version cannot read, or not yet; the message says whose they are and what to do. */
export class OtherVersion extends Error {
  override readonly name = 'OtherVersion';
  readonly code = 'OTHER_VERSION';
}
