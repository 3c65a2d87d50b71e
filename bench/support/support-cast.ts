import { Random } from './random.ts';

const cast = new Random(7);

const FIRST_NAMES =
  'Dana Omar Élodie Jürgen Sofia Chidi Mei Pavel Ana Bo Zoë Łukasz Priya Tomás Ines Søren Amara Yusuf Noor Kwame'.split(
    ' ',
  );
const LAST_NAMES =
  'Whitfield Lindqvist Okafor Zhang Moreau Novák García Haas Ito Berg Silva Kowalski Nguyen Petrov Rossi Dubois Ahmed Hansen Weber Costa'.split(
    ' ',
  );

export const personName = (random: Random): string =>
  `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;

export const COMPANIES: readonly string[] = Array.from(
  { length: 2000 },
  (_, index) =>
    `${cast.pick(LAST_NAMES)} ${cast.pick(['Logistics', 'Foods', 'Tools', 'Care', 'Travel'])} ${index}`,
);

export const TEAMS: readonly string[] = [
  'Desk',
  'Field',
  'Night',
  'Retail',
  'Clinics',
  'Schools',
  'Print',
  'Backup',
];

export const TECHNICIANS = Array.from({ length: 60 }, (_, index) => ({
  userId: cast.uuid(),
  name: personName(cast),
  email: `t${index}@helpdesk.example`,
  team: TEAMS[index % TEAMS.length] as string,
  address: `10.1.0.${index + 1}`,
}));

export const REASONS: readonly string[] = [
  'Printer prints blank pages',
  'Cannot open the invoice',
  'Slow start after update',
  'No sound in meetings',
  'Mail client asks for a password again and again',
  'Scanner is not found',
  'Second screen stays black',
  'VPN does not connect',
  'Spreadsheet shows formulas instead of figures',
  'Till prints the wrong tax',
  'Calendar is an hour off',
  'Disk is full',
];

export const NOTES: readonly string[] = [
  'Tray 2 was empty.',
  'Installed the driver again and printed a test page.',
  'Password was expired, set a new one together.',
  'Update was waiting for a restart.',
  'Cable was loose. Told them how to check it next time.',
  'Forwarded to the supplier, ticket is in the reference.',
];

export const PLATFORMS: readonly string[] = [
  'Windows 11',
  'Windows 10',
  'Debian GNU/Linux 12',
  'Ubuntu 24.04',
  'macOS 15',
];

export const FILE_NAMES: readonly string[] = ['driver', 'settings', 'report', 'invoice', 'log', 'backup'];
