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
    lead: (technician: string) =>
      `Text goes to ${technician}, or comes to you, only when you press a button.`,
    begin: 'Send text that I copied…',

    came: (technician: string) => `${technician} sends you text`,
    cameText: (technician: string) => `Text from ${technician}`,
    copy: 'Copy',
    dismiss: 'Do not copy',
    copied: 'It is copied. You can paste it where you want it.',
    notCopied: 'Your browser does not let this page copy. Mark the text and press Ctrl C (on a Mac: Cmd C).',

    asks: (technician: string) => `${technician} asks for text that you copied`,
    asksLead: 'You see it before it goes.',
    show: 'Show me what I copied',
    no: 'Not now',

    draft: (technician: string) => `Send this to ${technician}?`,
    draftText: 'Your text',
    draftLead: 'Nothing has gone yet. Take out what nobody else should read.',
    pasteLead: 'Your browser does not show this page what you copied. Paste it here, or write it.',
    send: 'Send this text',
    cancel: 'Cancel',
    tooLong: 'This is too much text. Send it as a file.',
    sent: (technician: string) => `${technician} has your text.`,
    unreadable: 'Something was sent to you that is not text. It was not taken.',

    say: {
      came: (technician: string) => `${technician} sends you text. You can copy it or leave it.`,
      asks: (technician: string) => `${technician} asks for text that you copied. Please answer.`,
    },
  },
};
