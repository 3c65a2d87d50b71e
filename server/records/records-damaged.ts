/** The database cannot even be opened; the message says which. */
export class RecordsDamaged extends Error {
  override readonly name = 'RecordsDamaged';
}
