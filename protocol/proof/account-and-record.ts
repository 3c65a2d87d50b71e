import type { EntryOf, SessionEntry } from '../record.ts';
import type { Side } from '../session.ts';
import type { Surface } from '../surface.ts';
import { TOOLS, type Tool } from '../tool.ts';
import type { Finding, FindingAbout, Stated } from './account.ts';
import { agentKeys } from './agents-in-turn.ts';
import { consoleTurns } from './consoles-in-turn.ts';
import type { SaysOf, Statement } from './statement.ts';
import { compare, deedOf, takes } from './statement-and-entry.ts';

/**
 * Where one side's statements and the record are apart, and where the two ends are. What a broken connection, a killed
 * program or a lost message explains is no finding here. `isWhole`: none of the side's statements is missing, so
 * what they do not mention they would have mentioned.
 */
export function findingsAgainstRecord(
  side: Side,
  entries: readonly SessionEntry[],
  stated: readonly Stated[],
  isWhole: boolean,
): Finding[] {
  const theirs = stated.filter(({ statement }) => statement.side === side);
  return [
    ...deeds(side, entries, theirs, isWhole),
    ...(side === 'customer' ? grants(entries, stated) : computers(entries, theirs)),
    ...lanes(side, entries, theirs, isWhole),
    ...names(side, entries),
    ...otherEnd(side, stated),
  ];
}

/** What was not said: the broker takes an agent's deeds only with its word, but a technician may have several browsers. */
const unsaid = (side: Side): FindingAbout => (side === 'customer' ? 'not-said' : 'not-mentioned');

/** The broker writes such an entry and the statement that belongs to it in one append: one is not there without the other. */
const ALWAYS_SAID: readonly SessionEntry['type'][] = [
  'consent.answered',
  'consent.volunteered',
  'agent.handed-over',
  'passing.answered',
  'watching.answered',
];

function deeds(
  side: Side,
  entries: readonly SessionEntry[],
  theirs: readonly Stated[],
  isWhole: boolean,
): Finding[] {
  const keyAt = agentKeys(entries);
  const { keysAt } = consoleTurns(entries);
  return entries.flatMap((entry): Finding[] => {
    if (deedOf(entry) !== side) return [];
    const key = keyAt(entry);
    // What an agent without a key did, the one after it cannot have signed.
    if (side === 'customer' && key === undefined) return [];
    const said = theirs
      .filter(({ entry: { signingKey } }) =>
        side === 'technician' ? keysAt(entry).has(signingKey) : signingKey === key,
      )
      .map(({ statement }) => compare(statement.says, entry, key));
    if (said.includes('agrees')) return [];
    const other = said.find((comparison) => comparison !== 'apart' && comparison !== 'agrees');
    if (other !== undefined) return [{ about: other, entryId: entry.id }];
    const missed = isWhole || (side === 'customer' && ALWAYS_SAID.includes(entry.type));
    return missed ? [{ about: unsaid(side), entryId: entry.id }] : [];
  });
}

/**
 * No lane without a grant that the customer signed and has not taken back, nor their browser kept from going on; nobody
 * watches without a yes to them.
 */
function grants(entries: readonly SessionEntry[], stated: readonly Stated[]): Finding[] {
  // By the entry itself: whoever writes a log may give two of them one id.
  const statements = new Map<SessionEntry, Statement>(
    stated.map(({ entry, statement }) => [entry, statement]),
  );
  const keyAt = agentKeys(entries);
  const granted = new Set<Tool>();
  /** By the customer's own numbering: a grant that comes late counts no longer. */
  const takenBack = new Map<Tool, number>();
  const findings: Finding[] = [];
  const watching = new Set<string>();
  let shown: Surface | undefined;
  for (const entry of entries) {
    const statement = statements.get(entry);
    const key = keyAt(entry);
    if (entry.type === 'account.stated' && statement?.side === 'customer' && entry.signingKey === key) {
      const { says, number } = statement;
      const allowed =
        says.type === 'consent.answered'
          ? says.allowed
          : says.type === 'consent.volunteered'
            ? [says.tool]
            : [];
      for (const tool of allowed) if (number > (takenBack.get(tool) ?? 0)) granted.add(tool);
      if (says.type === 'surface.shared') shown = says.surface;
      if (says.type === 'watching.answered' && says.allowed) watching.add(says.watchingId);
      if (says.type === 'watching.stopped') watching.delete(says.watchingId);
      if (says.type === 'grant.revoked')
        for (const tool of TOOLS.filter((one) => takes(says.tool, one))) {
          takenBack.set(tool, Math.max(number, takenBack.get(tool) ?? 0));
          granted.delete(tool);
        }
    }
    if (entry.type === 'grant.revoked') granted.delete(entry.tool);
    if (entry.type === 'agent.handed-over') {
      for (const tool of granted) if (!entry.allowed.includes(tool)) granted.delete(tool);
      // A program shows the whole screen: a yes to less does not go on.
      if (key !== undefined && shown !== 'screen' && entry.allowed.includes('view')) {
        findings.push({ about: 'not-granted', entryId: entry.id, tool: 'view' });
        granted.delete('view');
      }
      // The next agent counts from one.
      takenBack.clear();
    }
    if (entry.type === 'watching.ended') watching.delete(entry.watchingId);
    if (entry.type !== 'lane.opened') continue;
    const isAllowed = entry.watchingId === undefined || watching.has(entry.watchingId);
    if (key !== undefined && (!granted.has(entry.tool) || !isAllowed))
      findings.push({ about: 'not-granted', entryId: entry.id, tool: entry.tool });
  }
  return findings;
}

/** Whoever goes on with a session says with which computer: with one that was there since it is theirs. */
function computers(entries: readonly SessionEntry[], theirs: readonly Stated[]): Finding[] {
  const statements = new Map<SessionEntry, Statement>(
    theirs.map(({ entry, statement }) => [entry, statement]),
  );
  const keyAt = agentKeys(entries);
  const { keysAt } = consoleTurns(entries);
  const ever = new Set<string | undefined>();
  let inTurn = new Set<string | undefined>();
  return entries.flatMap((entry): Finding[] => {
    if (entry.type === 'session.passed') inTurn = new Set();
    ever.add(keyAt(entry));
    inTurn.add(keyAt(entry));
    const says = statements.get(entry)?.says;
    if (entry.type !== 'account.stated' || says?.type !== 'computer.admitted') return [];
    // A line of an earlier turn may come late.
    const there = keysAt(entry).has(entry.signingKey) ? inTurn : ever;
    return there.has(says.signingKey) ? [] : [{ about: 'other-computer', entryId: entry.id }];
  });
}

interface LaneInRecord {
  readonly opened: EntryOf<'lane.opened'>;
  readonly closed: EntryOf<'lane.closed'> | undefined;
}

/**
 * The lanes as an end saw them and as the broker relayed them. Bytes get lost on the way to an end when its connection
 * breaks, but none are added: an end cannot have got more than the broker took, nor the broker more than it sent.
 */
function lanes(
  side: Side,
  entries: readonly SessionEntry[],
  theirs: readonly Stated[],
  isWhole: boolean,
): Finding[] {
  const inRecord = new Map<string, LaneInRecord>();
  for (const entry of entries) {
    if (entry.type === 'lane.opened') inRecord.set(entry.laneId, { opened: entry, closed: undefined });
    const known = entry.type === 'lane.closed' && inRecord.get(entry.laneId);
    if (entry.type === 'lane.closed' && known) inRecord.set(entry.laneId, { ...known, closed: entry });
  }
  const { keysAt } = consoleTurns(entries);
  const findings: Finding[] = [];
  const mentioned = new Set<string>();
  for (const { entry, statement } of theirs) {
    const { says } = statement;
    if (says.type !== 'tool.started' && says.type !== 'tool.stopped') continue;
    mentioned.add(says.laneId);
    const found = inRecord.get(says.laneId);
    // An end that came when the other one did not had a lane that never opened, but nothing came over it.
    const wasUsed = says.type === 'tool.stopped' && says.received > 0;
    const finding = (about: FindingAbout) => findings.push({ about, entryId: entry.id, tool: says.tool });
    if (found ? found.opened.tool !== says.tool : wasUsed) finding('never-opened');
    // Whoever passed the session on has no lane in it any more.
    else if (side === 'technician' && found && wasUsed && !keysAt(found.opened).has(entry.signingKey))
      finding('not-theirs');
    // The media worker counts packets with their headers, an end what it put into them.
    else if (found?.opened.path === 'webrtc') continue;
    else if (found?.closed && says.type === 'tool.stopped' && !bytesFit(side, says, found.closed))
      finding('other-bytes');
  }
  const keyAt = agentKeys(entries);
  const signs = (entry: SessionEntry) => side === 'technician' || keyAt(entry) !== undefined;
  if (isWhole)
    // What a watcher's page saw is no account of the technician's.
    for (const [laneId, { opened, closed }] of inRecord)
      if (side === 'technician' && opened.watchingId !== undefined) continue;
      else if (!mentioned.has(laneId) && signs(opened) && (bytesFrom(side, closed) ?? 0) > 0)
        findings.push({ about: unsaid(side), entryId: opened.id, tool: opened.tool });
  return findings;
}

const bytesFrom = (side: Side, closed: EntryOf<'lane.closed'> | undefined): number | undefined =>
  side === 'customer' ? closed?.bytesFromCustomer : closed?.bytesFromTechnician;

function bytesFit(side: Side, says: SaysOf<'tool.stopped'>, closed: EntryOf<'lane.closed'>): boolean {
  const taken = bytesFrom(side, closed);
  const given = bytesFrom(side === 'customer' ? 'technician' : 'customer', closed);
  return (taken === undefined || taken <= says.sent) && (given === undefined || says.received <= given);
}

/** The name that an end knows, as far as it is kept, is the one that the record shows. */
function names(side: Side, entries: readonly SessionEntry[]): Finding[] {
  const inRecord = new Map<string, string>();
  for (const entry of entries) if (entry.type === 'file.named') inRecord.set(entry.fileId, entry.name);
  return entries.flatMap((entry): Finding[] => {
    if (entry.type !== 'file.name-stated' || entry.side !== side) return [];
    const name = inRecord.get(entry.fileId);
    return name === undefined || name === entry.name ? [] : [{ about: 'other-name', entryId: entry.id }];
  });
}

/** A file that is complete at both ends is the same file. That one end has it and the other not is how transfers break. */
function otherEnd(side: Side, stated: readonly Stated[]): Finding[] {
  const completed = stated.flatMap(({ entry, statement }) =>
    statement.says.type === 'file.finished' && statement.says.outcome === 'completed'
      ? [{ entry, side: statement.side, says: statement.says }]
      : [],
  );
  const differs = (one: SaysOf<'file.finished'>, other: SaysOf<'file.finished'>) =>
    one.bytes !== other.bytes || one.sha256 !== other.sha256;
  return completed
    .filter((mine) => mine.side === side)
    .filter((mine) =>
      completed.some(
        (other) =>
          other.side !== side && other.says.fileId === mine.says.fileId && differs(mine.says, other.says),
      ),
    )
    .map(({ entry }) => ({ about: 'ends-differ', entryId: entry.id }));
}
