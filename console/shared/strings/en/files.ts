import type { FileReason, NO_SUCH_FILE } from '../../../../protocol/file-reason.ts';

/** Why a file did not come through, after its size or its outcome; to both people and in the record. */
const BECAUSE: Record<Exclude<FileReason, 'cancelled-by-technician' | 'cancelled-by-customer'>, string> = {
  failed: 'something went wrong',
  /** Of a record in which it was not written down who it was. */
  'cancelled-by-person': 'cancelled by hand',
  'cancelled-by-other': 'cancelled at the other end',
  'changed-while-sending': 'the file changed while it was sent',
  unreadable: 'the file could not be read',
  'no-space': 'there was no room for it where it was to go',
  'wrong-hash': 'it arrived damaged and was removed',
  'out-of-order': 'one end sent what it may not',
  'not-found': 'there is no such file',
  'is-a-folder': 'it is a folder',
  'tool-withdrawn': 'files are no longer allowed this way',
  'connection-lost': 'the connection did not come back',
  'session-over': 'the session ended',
  'loaded-anew': 'the page was loaded anew, so it has to be sent again',
  'passed-on': 'the session was passed on',
  'handed-over': 'the program took over',
};

/** `computer`: "your computer", "Ada’s computer". */
const notThere: Record<(typeof NO_SUCH_FILE)[number], (computer: string) => string> = {
  'not-found': (computer) => `There is no such file on ${computer}`,
  'is-a-folder': (computer) => `That is a folder on ${computer}, not a file`,
  unreadable: (computer) => `This file cannot be read on ${computer}`,
};

const because = (
  reason: FileReason,
  who = { technician: 'the technician', customer: 'the customer' },
): string => {
  if (reason === 'cancelled-by-technician') return `cancelled by ${who.technician}`;
  return reason === 'cancelled-by-customer' ? `cancelled by ${who.customer}` : BECAUSE[reason];
};

export const files = { because, you: 'you', notThere, computerOf: (name: string) => `${name}’s computer` };
