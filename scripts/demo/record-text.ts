import type { SessionDetail } from '../../protocol/session-record.ts';

const seconds = (value: number | undefined) =>
  value === undefined ? '' : `${Math.round(value * 10) / 10} s`;
const time = (instant: string | undefined) => instant?.slice(11, 19) ?? '';
const bytes = (count: number) => `${count.toLocaleString('en')} B`;

/** The session record as lines of text, in the order in which a manager asks. */
export function recordText({ record, timeline }: SessionDetail): string {
  const { technician, contact, computer } = record;
  const facts: [string, string | undefined][] = [
    ['Session', record.id],
    ['Status', `${record.status}${record.endReason ? ` (${record.endReason}, by ${record.endedBy})` : ''}`],
    [
      'Technician',
      `${technician.name} <${technician.email ?? ''}>, ${technician.team ?? 'no team'}, from ${technician.address ?? 'nowhere known'}`,
    ],
    ['Contact', [contact.name, contact.company, contact.phone, contact.email].filter(Boolean).join(', ')],
    ['Reference', record.reference],
    ['Reason', record.reason],
    [
      'Computer',
      computer &&
        `${computer.hostName}, ${computer.platform}, ${computer.architecture}, from ${computer.address}`,
    ],
    ['Agent', record.agent && `${record.agent.kind} ${record.agent.version}`],
    [
      'Times',
      `created ${time(record.createdAt)}, joined ${time(record.joinedAt)}, started ${time(record.startedAt)}, ended ${time(record.endedAt)} UTC`,
    ],
    [
      'Length',
      `waiting ${seconds(record.waitingSeconds)}, active ${seconds(record.activeSeconds)}, in all ${seconds(record.totalSeconds)}`,
    ],
    ['Outcome', record.outcome],
    ['Notes', record.notes.map(({ note }) => note ?? '(deleted)').join(' / ')],
    [
      'Consent',
      `text ${record.consent.textVersion ?? ''}, ${record.consent.answers.map(({ mode, allowed, refused }) => `${mode}: allowed ${allowed.join(' ') || 'nothing'}${refused.length ? `, refused ${refused.join(' ')}` : ''}`).join('; ')}`,
    ],
    ['Delete after', record.retention.deleteAfter.slice(0, 10)],
  ];
  const tools = record.tools.map(
    (use) =>
      `  ${use.tool.padEnd(14)} ${(use.answer ?? 'not asked').padEnd(10)} used ${use.uses} time${use.uses === 1 ? '' : 's'}, ${seconds(use.seconds)}, ${bytes(use.bytesFromCustomer)} from the customer, ${bytes(use.bytesFromTechnician)} to them`,
  );
  const files = record.files.map(
    (file) =>
      `  ${file.tool.padEnd(14)} ${file.standing.padEnd(10)} ${file.name ?? '(name forgotten)'}, ${bytes(file.size ?? 0)}, sha256 ${file.sha256 ?? ''}`,
  );
  return [
    ...facts.filter(([, value]) => value).map(([name, value]) => `${name.padEnd(13)} ${value}`),
    'Tools',
    ...tools,
    'Files',
    ...(files.length ? files : ['  none']),
    `Timeline (${timeline.length} entries)`,
    ...timeline.map(
      (entry) =>
        `  ${String(entry.seq).padStart(4)}  ${time(entry.at)}  ${entry.type}${'tool' in entry ? ` ${entry.tool}` : ''}`,
    ),
  ].join('\n');
}
