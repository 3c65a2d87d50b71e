import type { ErrorCode } from '../../../../protocol/errors.ts';

/** Where the broker's own sentence is not the best for a person at a page. */
const byCode: Partial<Record<ErrorCode, string>> = {
  'sign-in.needed': 'You are signed out. Sign in to go on.',
  'sign-in.wrong': 'The e-mail address or the password is not right.',
  'csrf.wrong': 'This page is out of date. Load it again and repeat what you did.',
  'origin.refused':
    'The broker does not accept this address. Use the address that your administrator gave you.',
  'permission.missing': 'Your role does not allow this.',
  'consent.missing': 'The customer has not allowed this.',
  'consent.withdrawn': 'The customer took this back.',
  'protocol.mismatch': 'Countersign was updated. Load the page again.',
  'record.unavailable': 'The record cannot be written, so nothing was done. Tell your administrator.',
  'server.stopping': 'The broker is restarting. This page goes on by itself in a moment.',
  internal: 'Something went wrong at the broker. Nothing was done.',
};

export const problems = {
  ofCode: (code: ErrorCode) => byCode[code],
  fields: 'Some of this does not fit. Look at the marked fields.',
  field: {
    email: 'This is not an e-mail address, like ada@example.com.',
    tooShort: (characters: number) =>
      characters === 1 ? 'This must not be empty.' : `At least ${characters} characters.`,
    tooLong: 'This is too long.',
    unseen: 'Nothing of this can be seen. Delete it and type it anew.',
    wrong: 'This does not fit here.',
  },
  internal: 'Something went wrong. Nothing was done.',
  unreachable: 'The broker does not answer. Check your network and try again.',
  unreadable: 'The broker gave an answer that this page does not understand. Load the page again.',
};
