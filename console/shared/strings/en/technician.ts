export const technician = {
  signIn: {
    title: 'Sign in',
    email: 'E-mail',
    password: 'Password',
    action: 'Sign in',
    help: 'Forgotten your password? Your administrator can set a new one.',
  },
  setUp: {
    title: 'Set up Countersign',
    lead: 'You are the first one here. This makes the administrator’s account; the link works once.',
    organisation: 'Organisation',
    organisationHint: 'Customers see this name when you ask to help them.',
    name: 'Your name',
    email: 'E-mail',
    password: 'Password',
    passwordHint: 'At least 12 characters. A few words in a row are easy to keep and hard to guess.',
    action: 'Set up',
    noToken: 'This link is not complete. Use the whole set-up link that the broker printed when it started.',
    over: 'This link does not work any more: Countersign is set up. Sign in instead.',
    toSignIn: 'Go to sign-in',
  },
} as const;
