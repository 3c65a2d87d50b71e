import type { AnswerMode } from '../../../../protocol/consent.ts';
import type { NO_SUCH_FILE } from '../../../../protocol/file-reason.ts';
import type { MediaFault, MediaFigures } from '../../../../protocol/media.ts';
import type { EntryOf } from '../../../../protocol/record.ts';
import type { KeepingKind } from '../../../../protocol/retention.ts';
import type { EndReason, Outcome } from '../../../../protocol/session.ts';
import type { NothingShown, Surface } from '../../../../protocol/surface.ts';
import { needsMedia, type Tool } from '../../../../protocol/tool.ts';
import type { MicrophoneOff } from '../../../../protocol/voice.ts';
import { isolated } from '../../isolated.ts';
import { utcDayOf } from '../../moments.ts';
import { agents } from './agents.ts';
import { files } from './files.ts';

/** What a tool lets the technician do, as the end of "… asked to". */
const TOOL_DEED: Record<Tool, string> = {
  view: 'see the screen',
  control: 'use mouse and keyboard',
  clipboard: 'share copied text',
  'file-upload': 'send files',
  'file-download': 'fetch files',
  chat: 'chat',
  voice: 'talk',
};

export const TOOL_NAME: Record<Tool, string> = {
  view: 'Screen',
  control: 'Mouse and keyboard',
  clipboard: 'Copied text',
  'file-upload': 'Sending files',
  'file-download': 'Fetching files',
  chat: 'Chat',
  voice: 'Voice',
};

const and = new Intl.ListFormat('en', { type: 'conjunction' });
export const deeds = (tools: readonly Tool[]): string => and.format(tools.map((tool) => TOOL_DEED[tool]));
const count = new Intl.NumberFormat('en');
const bytes = (figure: number): string => `${count.format(figure)} ${figure === 1 ? 'byte' : 'bytes'}`;

const ENDINGS: Record<EndReason, (technician: string, customer: string) => string> = {
  done: (technician) => `${technician} ended the session.`,
  'stopped-by-customer': (_, customer) => `${customer} stopped the session.`,
  'reported-by-customer': (_, customer) =>
    `${customer} reported the session as unwanted and left. Please look into it.`,
  'refused-by-customer': (_, customer) => `${customer} said “Not now”.`,
  'consent-timed-out': (_, customer) =>
    `${customer} did not answer in time, which counts as no. The session ended.`,
  'not-admitted': (technician) => `${technician} did not let this computer in.`,
  'cancelled-by-technician': (technician) => `${technician} cancelled the session before anybody joined.`,
  'code-expired': () => 'The code ran out before anybody used it.',
  'customer-gone': (_, customer) => `The connection to ${customer} did not come back. The session is lost.`,
  'technician-gone': (technician) =>
    `The connection to ${technician} did not come back. The session is lost.`,
  'broker-restarted': () => 'The server was restarted and the session could not go on.',
  'display-lost': (_, customer) => `The desktop of ${customer} disappeared. The session ended.`,
  'record-unavailable': () => 'The record could not be written, so the session was ended.',
  'user-disabled': (technician) => `The account of ${technician} was disabled, which ended the session.`,
};

const CLOSED_BECAUSE: Record<EntryOf<'lane.closed'>['reason'], string> = {
  done: 'closed',
  revoked: 'closed, because it was taken back',
  'connection-lost': 'closed, because a connection broke',
  'session-over': 'closed with the session',
  replaced: 'closed and opened again',
  protocol: 'closed, because one end sent what it may not',
  'broker-restarted': 'closed, because the server was restarted',
  unreachable: 'closed, because no direct way was found; it goes on through the server’s web address',
  'no-codec': 'closed, because no codec works in both browsers; it goes on through the server’s web address',
  'handed-over': 'closed, because the program took over',
  'passed-on': 'closed, because the session was passed on',
  'media-worker-died': 'closed, because the media worker died; another took its place',
};

/** Of sound, which goes by no other way. */
const NO_OTHER_WAY: Partial<Record<EntryOf<'lane.closed'>['reason'], string>> = {
  unreachable: 'closed, because no direct way was found, and sound has no other',
  'no-codec': 'closed, because the browsers have no codec in common, and sound has no other way',
};

const MEDIA_FAULTS: Record<MediaFault, string> = {
  'no-grant': 'that was not allowed at that moment',
  foreign: 'over a connection that is somebody else’s',
  parameters: 'in a form that does not fit',
};

const ENDED_AS: Record<EntryOf<'file.finished'>['outcome'], string> = {
  completed: 'is complete',
  failed: 'failed',
  cancelled: 'was cancelled',
};

export const timeline = {
  broker: 'the server',
  someFile: 'a file',
  quoted: (name: string) => `“${name}”`,

  created: (technician: string, customer: string, tools: readonly Tool[]) =>
    `${technician} opened the session for ${customer}, to ${deeds(tools)}.`,
  joined: (customer: string, platform: string, address: string) =>
    `${customer} joined from ${isolated(platform)} at ${address}.`,
  agent: (agent: Parameters<typeof agents.words>[0]) => `Agent: ${agents.words(agent)}`,
  admitted: (technician: string) => `${technician} let this computer in.`,
  started: 'The session started.',
  ended: (reason: EndReason, technician: string, customer: string) => ENDINGS[reason](technician, customer),
  noted: (technician: string, outcome: Outcome | undefined) => {
    if (outcome === undefined) return `${technician} added a note.`;
    return `${technician} marked it as ${outcome === 'solved' ? 'solved' : 'not solved'}.`;
  },

  noteWritten: (technician: string) => `${technician} wrote a note.`,
  noteDeleted: 'The text of the note is no longer kept.',
  technicianNoted: (technician: string) => `It was noted where ${technician} was signed in.`,
  contactNoted: (technician: string) => `${technician} noted how to reach the customer.`,

  requested: (technician: string, customer: string, tools: readonly Tool[]) =>
    `${technician} asked ${customer} to allow: ${deeds(tools)}.`,
  answered: (
    customer: string,
    mode: AnswerMode | 'timed-out',
    allowed: readonly Tool[],
    refused: readonly Tool[],
  ) => {
    if (mode === 'timed-out')
      return `${customer} did not answer in time. That counts as no: ${deeds(refused)}.`;
    const yes = allowed.length > 0 ? `allowed: ${deeds(allowed)}` : '';
    const no = refused.length > 0 ? `refused: ${deeds(refused)}` : '';
    const said = [yes, no].filter(Boolean).join('; ') || 'answered';
    return mode === 'in-advance'
      ? `Answered in advance on the command line: ${said}.`
      : `${customer} ${said}.`;
  },
  unable: (tools: readonly Tool[]) => (tools.length === 0 ? '' : `Not possible there: ${deeds(tools)}.`),
  textVersion: (version: string) => `Consent text ${version}.`,
  volunteered: (customer: string, tool: Tool) =>
    `${customer} allowed without being asked: ${TOOL_DEED[tool]}.`,
  revoked: (customer: string, tool: Tool) => `${customer} took back: ${TOOL_DEED[tool]}.`,
  returned: (technician: string, tool: Tool) => `${technician} gave back: ${TOOL_DEED[tool]}.`,

  surfaceShared: (customer: string, surface: Surface) =>
    `${customer} chose to show ${agents.surface[surface]}.`,
  surfaceRefused: (customer: string, reason: NothingShown) => {
    if (reason === 'loaded-anew')
      return `The page of ${customer} was loaded anew. Nothing is shown until they choose again.`;
    return reason === 'not-chosen'
      ? `${customer} was asked by their browser what to show, and chose nothing.`
      : `The browser of ${customer} could not show the screen.`;
  },

  microphoneRefused: (customer: string, reason: MicrophoneOff) => {
    if (reason === 'loaded-anew')
      return `The page of ${customer} was loaded anew. Its microphone is off until they press for it.`;
    if (reason === 'not-allowed')
      return `${customer} was asked by their browser for the microphone, and said no.`;
    return reason === 'none'
      ? `The browser of ${customer} found no microphone.`
      : `The browser of ${customer} could not use the microphone.`;
  },

  opened: (tool: Tool) => `${TOOL_NAME[tool]}: opened.`,
  byWebRtc: 'By WebRTC, through the media worker',
  byAddress: 'Through the server’s web address',
  media: ({ packets, packetsLost, width, height, framesPerSecond }: MediaFigures) =>
    [
      width && height ? `${width} × ${height}` : '',
      framesPerSecond === undefined
        ? ''
        : `${Math.round(framesPerSecond)} ${Math.round(framesPerSecond) === 1 ? 'picture' : 'pictures'} a second`,
      `${count.format(packetsLost)} of ${count.format(packets + packetsLost)} packets lost`,
    ]
      .filter(Boolean)
      .join(', '),
  mediaRefused: (who: string, fault: MediaFault) =>
    `The page of ${who} tried to send something ${MEDIA_FAULTS[fault]}. It was refused.`,
  closed: (tool: Tool, reason: EntryOf<'lane.closed'>['reason']) =>
    `${TOOL_NAME[tool]}: ${(needsMedia(tool) && NO_OTHER_WAY[reason]) || CLOSED_BECAUSE[reason]}.`,
  bytes: (fromTechnician: number | undefined, fromCustomer: number | undefined) =>
    fromTechnician === undefined || fromCustomer === undefined
      ? 'The server was stopped before it could count the bytes.'
      : `${bytes(fromTechnician)} from the technician, ${bytes(fromCustomer)} from the customer`,

  lost: (who: string) => `The connection to ${who} broke.`,
  brieflyAway: (who: string, seconds: number) => `${who} was away for ${seconds} s.`,
  resumed: (who: string) => `${who} is connected again.`,

  fileAsked: (technician: string, name: string) => `${technician} asked for ${name}.`,
  /** `asked`: what the technician had asked for. */
  fileOffered: (who: string, name: string, size: number, asked: string | undefined) => {
    const answers = asked === name ? ', as asked' : `, when asked for ${asked}`;
    return `${who} offered ${name}, ${bytes(size)}${asked === undefined ? '' : answers}.`;
  },
  fileNamed: (name: string, renamed: boolean) =>
    renamed ? `The file was named “${name}”. Its own name was not safe.` : `The file is named “${name}”.`,
  fileAccepted: (who: string, name: string) => `${who} accepted ${name}.`,
  fileRefused: (who: string, name: string) => `${who} refused ${name}.`,
  fileNotThere: (customer: string, name: string, reason: (typeof NO_SUCH_FILE)[number]) =>
    `${files.notThere[reason](files.computerOf(customer))}: ${name}. Nobody was asked and nothing was sent.`,
  fileFinished: (
    who: string,
    name: string,
    outcome: EntryOf<'file.finished'>['outcome'],
    size: number | undefined,
    because: string | undefined,
  ) =>
    `${capital(name)} ${ENDED_AS[outcome]}${size === undefined ? '' : ` after ${bytes(size)}`}, says ${who}${because === undefined ? '' : `: ${because}`}.`,
  sha256: (hash: string) => `SHA-256 ${hash}`,

  held: (who: string, what: KeepingKind, until: string) =>
    what === 'hold'
      ? `${who} put a hold on this session until ${utcDayOf(until)}.`
      : `${who} extended the record’s period until ${utcDayOf(until)}.`,
  lifted: (who: string, what: KeepingKind) =>
    what === 'hold' ? `${who} lifted the hold.` : `${who} took the extension back.`,

  read: 'The record was read.',
  number: (figure: number) => `log entry ${count.format(figure)}`,
  numberMeaning: 'Its number in the transparency log: checks speak of it by this',
  unknown: (type: string) => `${type} (this page does not know more about it)`,
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
