import { isolated } from '../../isolated.ts';

/** Copied text between the two: by itself with a program, by a press each time with a browser. */
export const clipboard = {
  technician: {
    give: 'Send my copied text',
    ask: 'Ask the customer for copied text',
    take: 'Copy the customer’s text',
    given: 'Your clipboard is on the customer’s computer.',
    shown: (name: string) => `${isolated(name)} is shown your text, and can copy it.`,
    asked: (name: string) => `Asked ${isolated(name)} for copied text.`,
    came: (name: string) => `${isolated(name)} sent you copied text. The clipboard tool copies it.`,
    declined: (name: string) => `${isolated(name)} sends no copied text.`,
    taken: 'The customer’s clipboard is on your computer.',
    nothingThere: 'Nothing has been copied on the customer’s computer yet.',
    nothingSent: (name: string) => `${isolated(name)} has not sent any copied text yet.`,
    nothingHere: 'There is no text on your clipboard.',
    unreadable: 'Your browser does not let this page use the clipboard.',
    notNow: 'There is no way to the customer’s clipboard right now.',
    tooLarge: 'This is too much for the clipboard. Send it as a file.',
  },

  /** For a customer in a browser. Names are isolated already. */
  customer: {
    title: 'Copied text',
    lead: (technician: string) => `Text goes to ${technician}, or to your clipboard, only when you press.`,
    begin: 'Send my clipboard…',

    came: (technician: string) => `${technician} sends you text`,
    cameText: (technician: string) => `Text from ${technician}`,
    copy: 'Copy',
    dismiss: 'Dismiss',
    copied: 'It is on your clipboard.',
    notCopied: 'Your browser does not let this page copy. Mark the text and press Ctrl C.',

    asks: (technician: string) => `${technician} asks for text that you copied`,
    asksLead: 'You see it before it goes.',
    show: 'Show me what I copied',
    no: 'Not now',

    draft: (technician: string) => `Send this to ${technician}?`,
    draftText: 'Your text',
    draftLead: 'Nothing has gone yet. Take out what nobody else should read.',
    pasteLead: 'Your browser shows this page no text. Paste it here, or write it.',
    send: 'Send this text',
    cancel: 'Cancel',
    tooLong: 'This is too much text. Send it as a file.',
    sent: (technician: string) => `${technician} has your text.`,
    unreadable: 'Something came for your clipboard that is no text. It was not taken.',

    say: {
      came: (technician: string) => `${technician} sends you text. You can copy it or dismiss it.`,
      asks: (technician: string) => `${technician} asks for text that you copied. Please answer.`,
    },
  },
};
