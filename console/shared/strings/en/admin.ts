export const admin = {
  next: {
    title: (organisation: string) => `${organisation} is set up`,
    lead: 'Three things, and the first customer can be helped.',
    people: 'Add the people who help',
    peopleText:
      'A technician opens sessions, a manager reads what happened in their teams, an auditor reads everything.',
    peopleAction: 'Go to people',
    join: 'Tell customers where to go',
    joinText:
      'Customers open this page and type the code that the technician reads to them. They need no account.',
    joinAction: 'Copy the address',
    onlyHere:
      'This address works on this computer only. For others the server needs one that they reach, with HTTPS: the README says how, under COUNTERSIGN_HOST, COUNTERSIGN_PUBLIC_URL and COUNTERSIGN_TLS_CERT.',
    noMediaTitle: 'There is no media worker',
    noMedia:
      'Nobody can talk over the browser, and pictures of customers who share from their browser take the slower way. Everything else works. The server’s log says why when it starts, and docs/how-to/media.md what to do.',
    first: 'Try it once',
    firstText:
      'Sign in as a technician in another browser, open a session and join it from a second computer.',
    firstHere:
      'Sign in as a technician in another browser, open a session and join it from a third one, as a customer.',
  },
  people: {
    title: 'People',
    lead: 'Who can sign in, and what they may do.',
    add: 'Add a person',
    name: 'Name',
    email: 'E-mail',
    role: 'Role',
    teams: 'Teams',
    teamsHint:
      'Several are separated by commas. Managers see the sessions of their teams. Who leaves a team has to sign in again.',
    password: 'First password',
    passwordHint: 'At least 12 characters. Give it to them in person or by phone.',
    newPassword: 'New password',
    newPasswordHint: 'Leave it empty to keep the one they have.',
    needed: {
      name: 'Enter their name.',
      email: 'Enter their e-mail address.',
      password: 'Choose a first password.',
    },
    since: 'Since',
    status: 'Status',
    active: 'Active',
    disabled: 'Disabled',
    change: 'Change',
    changeOf: (name: string) => `Change ${name}`,
    disable: 'Disable',
    enable: 'Enable',
    disableTitle: (name: string) => `Disable ${name}?`,
    disableText:
      'They are signed out at once, and their open sessions end. What they did stays in the record.',
    added: (name: string) => `${name} was added.`,
    changed: (name: string) => `${name} was changed.`,
    none: 'Nobody yet',
    you: 'you',
    actions: 'Actions',
    roleMeaning: {
      technician: 'Opens sessions and helps customers.',
      manager: 'Reads the session log of their teams.',
      auditor: 'Reads and verifies everything, changes nothing.',
      privacy: 'Answers people’s rights and owns retention.',
      admin: 'Runs people and settings, reads no customer’s data.',
    },
  },
} as const;
