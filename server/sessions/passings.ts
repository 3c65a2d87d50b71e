import type {
  PassingEndedBy,
  PassingEndReason,
  PassingStanding,
  PassingState,
} from '../../protocol/passing.ts';
import type { EntryOf, SessionEntry } from '../../protocol/record.ts';
import { TOOLS } from '../../protocol/tool.ts';
import { withStanding } from '../consent/grant.ts';
import type { Session } from './session.ts';
import { cancelUnfinished } from './session-files.ts';

/** The newest offer of a session to another technician, as its entries tell. */
export interface Passing {
  readonly passingId: string;
  readonly successor: EntryOf<'passing.asked'>['successor'];
  /** Why it is passed on. */
  readonly reason?: string;
  readonly standing: PassingStanding;
  readonly since: string;
  /** While `asked`. */
  readonly expiresAt?: string;
  readonly endedBy?: PassingEndedBy;
  readonly endReason?: PassingEndReason;
}

/** Who had a session before, and with which keys they signed. */
export interface EarlierTechnician {
  readonly technician: Session['technician'];
  readonly keys: readonly string[];
  readonly until: string;
  /** How many lines of their account came since. */
  readonly lastLines: number;
}

export type PassingEntry = Extract<SessionEntry, { type: `passing.${string}` }>;

export const isUnderWay = (passing: Passing | undefined): passing is Passing =>
  passing?.standing === 'offered' || passing?.standing === 'asked';

function passingAfter(before: Passing | undefined, entry: PassingEntry): Passing | undefined {
  const { passingId, at: since } = entry;
  if (entry.type === 'passing.offered') {
    return { passingId, successor: entry.successor, standing: 'offered', since };
  }
  if (before?.passingId !== passingId || !isUnderWay(before)) return before;
  const { expiresAt: _, ...rest } = before;
  switch (entry.type) {
    case 'passing.explained':
      return { ...before, reason: entry.reason };
    case 'passing.asked':
      return { ...rest, standing: 'asked', since, expiresAt: entry.expiresAt };
    case 'passing.answered':
      // A yes is followed by what it brings about, in the same append.
      if (entry.allowed) return { ...rest, standing: 'passed', since };
      return { ...rest, standing: entry.mode === 'timed-out' ? 'timed-out' : 'refused', since };
    case 'passing.ended':
      return { ...rest, standing: 'ended', since, endedBy: entry.by, endReason: entry.reason };
  }
}

export function withPassing(session: Session, entry: PassingEntry): Session {
  const passing = passingAfter(session.passing, entry);
  const offers = session.offers + (entry.type === 'passing.offered' ? 1 : 0);
  return { ...session, offers, ...(passing ? { passing } : {}) };
}

/** Another technician's session: what the one before asked for is asked no more, and what they moved is cut off. */
export function withNextTechnician(session: Session, { technician, at }: EntryOf<'session.passed'>): Session {
  const { technician: _away, ...away } = session.away;
  const asked = TOOLS.filter((tool) => session.tools[tool].standing === 'asked');
  const earlier = { technician: session.technician, keys: session.technicianKeys, until: at, lastLines: 0 };
  const { asked: _asked, ...handOver } = session.handOver;
  return {
    ...session,
    technician,
    technicianKeys: [],
    earlier: [...session.earlier, earlier],
    pending: [],
    tools: withStanding(session.tools, asked, 'off', at),
    files: cancelUnfinished(session.files, at, 'passed-on'),
    handOver,
    away,
  };
}

/** Of whom it was and is, the team first in which it was opened: its rules are those of that one. */
export const teamsOf = ({ technician, earlier }: Session): string[] => [
  ...new Set([...earlier.map((each) => each.technician), technician].flatMap(({ team }) => team ?? [])),
];

/** It was theirs, and is somebody else's now. */
export const hadIt = ({ technician, earlier }: Session, { userId }: { userId: string }): boolean =>
  technician.userId !== userId && earlier.some((each) => each.technician.userId === userId);

/** A line of an account of the technician's: of whose turn its key is. */
export function withTechniciansLine(session: Session, { signingKey }: EntryOf<'account.stated'>): Session {
  if (session.technicianKeys.includes(signingKey)) return session;
  const turn = session.earlier.findLastIndex(({ keys }) => keys.includes(signingKey));
  const earlier = session.earlier.map((each, index) =>
    index === turn ? { ...each, lastLines: each.lastLines + 1 } : each,
  );
  return { ...session, earlier };
}

/** What was open when it was passed on: a lane of each tool, some files, and the last line, of a few windows. */
export const MAX_LAST_LINES = 50;
/** What their pages saw until then is told a moment later, and not for longer. */
const FINISH_WITHIN_MS = 60_000;

/** Whoever passed it on may close their account of it. */
export const mayFinish = (session: Session, user: { userId: string }, now: number): boolean => {
  const last = session.earlier.filter(({ technician }) => technician.userId === user.userId).at(-1);
  return last !== undefined && now < Date.parse(last.until) + FINISH_WITHIN_MS;
};

/** The team in which it was opened. */
export const ownTeamOf = ({ technician, earlier }: Session): string | undefined =>
  (earlier[0]?.technician ?? technician).team;

export function passingState(passing: Passing): PassingState {
  const { successor, reason: _, ...rest } = passing;
  const { userId: _id, ...known } = successor;
  return { ...rest, successor: known };
}
