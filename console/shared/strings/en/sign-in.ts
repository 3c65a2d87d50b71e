export const signIn = {
  title: 'Sign in',
  email: 'E-mail',
  password: 'Password',
  action: 'Sign in',
  help: 'Forgotten your password? Your administrator can set a new one.',
  needed: { email: 'Enter your e-mail address.', password: 'Enter your password.' },
  nobodyYet:
    'Nobody is set up yet. To make the first account, open the set-up link that the broker printed when it started.',
} as const;

export const setUp = {
  title: 'Set up Countersign',
  lead: 'You are the first one here. This makes the administrator’s account; the link works once.',
  organisation: 'Organisation',
  organisationHint: 'Customers see this name when you ask to help them.',
  name: 'Your name',
  email: 'E-mail',
  password: 'Password',
  passwordHint: 'At least 12 characters. A few words in a row are easy to keep and hard to guess.',
  needed: {
    organisation: 'Enter the name of your organisation.',
    name: 'Enter your name.',
    email: 'Enter your e-mail address.',
    password: 'Choose a password.',
  },
  action: 'Set up',
  noToken: 'This link is not complete. Use the whole set-up link that the broker printed when it started.',
  notValidTitle: 'This set-up link is not valid any more',
  notValid:
    'Each start of the broker makes a new link. Open the one that it printed last, or start it again.',
  over: 'This link does not work any more: Countersign is set up already.',
  toSignIn: 'Go to sign-in',
} as const;
