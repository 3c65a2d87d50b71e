import type { FileState } from '../../protocol/file-messages.ts';
import type { HandOverState } from '../../protocol/hand-over.ts';
import type { Joined, TechnicianCard } from '../../protocol/join.ts';
import { formatCode } from '../../protocol/session.ts';
import type { AgentSessionState, ConsoleSessionState } from '../../protocol/session-state.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { WatchedState } from '../../protocol/watching.ts';
import { isGranted } from '../consent/grant.ts';
import type { LiveSession } from './live-session.ts';
import { passingState } from './passings.ts';
import type { Session } from './session.ts';
import { isUnfinished } from './session-files.ts';
import type { Terms } from './terms.ts';
import { voiceState } from './voice-decisions.ts';
import { openWatchings, seenBy, watchingOf, watchingState } from './watchings.ts';

/** Finished files in a pushed state; the record has all of them. */
const FINISHED_FILES_SHOWN = 50;

export function technicianCard(session: Session, terms: Terms): TechnicianCard {
  const { name, team } = session.technician;
  return {
    organisation: terms.organisation,
    technician: { name, ...(team === undefined ? {} : { team }) },
    reason: session.reason,
    ...(session.reference === undefined ? {} : { reference: session.reference }),
    tools: [...session.requested],
    consentText: terms.consentText,
    consentTextVersion: terms.consentTextVersion,
  };
}

/** What an agent gets for its code. */
export function joinedOf({ session, terms }: LiveSession, agentToken: string): Joined {
  const card = technicianCard(session, terms);
  const { technician, tools, consentText, consentTextVersion } = card;
  return {
    sessionId: session.id,
    agentToken,
    protocolVersion: PROTOCOL_VERSION,
    technician,
    tools,
    consentText,
    consentTextVersion,
    card,
  };
}

export function agentStateOf(live: LiveSession): AgentSessionState {
  const { session, terms } = live;
  const seers = seenBy(session.watchings);
  return {
    ...shared(live),
    ...present('seenBy', seers.length > 0 ? seers : undefined),
    // An invitation is between colleagues until its guest comes.
    watchers: openWatchings(session.watchings)
      .filter(({ standing }) => standing !== 'invited')
      .map(watchingState),
    card: technicianCard(session, terms),
    ...present('passing', session.passing?.standing === 'asked' ? passingState(session.passing) : undefined),
    ...present('handedOver', session.handedOver),
  };
}

export function consoleStateOf(live: LiveSession, joinUrl: (code: string) => string): ConsoleSessionState {
  const { session, code } = live;
  const waiting = session.status === 'created';
  return {
    ...shared(live),
    watchers: Object.values(session.watchings).map((watching) => ({
      ...watchingState(watching),
      userId: watching.watcher.userId,
    })),
    ...present('passing', session.passing && passingState(session.passing)),
    technician: technicianCard(session, live.terms).technician,
    contact: session.contact,
    ...present('reference', session.reference),
    reason: session.reason,
    requested: [...session.requested],
    ...(waiting ? { codeExpiresAt: session.codeExpiresAt } : {}),
    ...(waiting && code !== undefined ? { code: formatCode(code), joinUrl: joinUrl(code) } : {}),
    ...present('computer', session.computer),
    ...present('agent', agentOf(session)),
    ...present('customerKey', session.signingKey),
    answeredInAdvance: session.answeredInAdvance,
    ...present('outcome', session.outcome),
  };
}

/** A session as one who watches it knows it, or is about to. `supervises`: nobody has to invite them. */
export function watchedStateOf(live: LiveSession, userId: string, supervises: boolean): WatchedState {
  const { session } = live;
  const { name, company } = session.contact;
  const own = watchingOf(session.watchings, userId);
  return {
    sessionId: session.id,
    revision: live.revision,
    status: session.status,
    ...present('startedAt', session.startedAt),
    ...present('endReason', session.endReason),
    technician: technicianCard(session, live.terms).technician,
    contact: { name, ...present('company', company) },
    reason: session.reason,
    ...present('agent', session.agent?.kind),
    ...present('surface', session.surface),
    isShown: isGranted(session.tools, 'view'),
    presence: { technician: live.presence('technician'), customer: live.presence('customer') },
    mayAsk: supervises || own?.standing === 'invited',
    ...present('own', own && watchingState(own)),
    others: openWatchings(session.watchings)
      .filter(({ standing, watcher }) => standing === 'allowed' && watcher.userId !== userId)
      .map(({ watcher }) => ({ name: watcher.name, role: watcher.role })),
  };
}

function shared(live: LiveSession) {
  const { session } = live;
  const graceEndsAt = [session.away.customer, session.away.technician]
    .filter((moment) => moment !== undefined)
    .sort()[0];
  return {
    sessionId: session.id,
    revision: live.revision,
    status: session.status,
    createdAt: session.createdAt,
    ...present('joinedAt', session.joinedAt),
    ...present('startedAt', session.startedAt),
    ...present('endedAt', session.endedAt),
    ...present('endedBy', session.endedBy),
    ...present('endReason', session.endReason),
    admitted: session.admitted,
    tools: session.tools,
    pending: [...session.pending],
    files: filesOf(live),
    ...present('surface', session.surface),
    ...present('handOver', handOverOf(live)),
    ...present('voice', voiceState(live)),
    ...present('earlier', earlierOf(session)),
    presence: { technician: live.presence('technician'), customer: live.presence('customer') },
    ...present('graceEndsAt', graceEndsAt),
  };
}

function agentOf({ agent }: Session): ConsoleSessionState['agent'] {
  if (agent === undefined) return undefined;
  const { capable: _capable, ...rest } = agent;
  return rest;
}

function earlierOf({ earlier }: Session) {
  if (earlier.length === 0) return undefined;
  return earlier.map(({ technician, until }) => ({ name: technician.name, until }));
}

function handOverOf({ session, handOver }: LiveSession): HandOverState | undefined {
  if (session.agent?.kind !== 'browser' || session.status !== 'active') return undefined;
  const { asked, refusedAt } = session.handOver;
  const state = {
    ...present('asked', asked && [...asked]),
    ...present('refusedAt', refusedAt),
    ...handOver.state,
  };
  return Object.keys(state).length === 0 ? undefined : state;
}

function filesOf({ session, fileRemarks }: LiveSession): FileState[] {
  const files = Object.values(session.files);
  const shown = new Set([
    ...files.filter(isUnfinished),
    ...files.filter((file) => !isUnfinished(file)).slice(-FINISHED_FILES_SHOWN),
  ]);
  return files
    .filter((file) => shown.has(file))
    .map(({ accounts: _accounts, ...file }) => {
      const remark = fileRemarks.get(file.fileId);
      return {
        ...file,
        ...present('path', file.standing === 'asked' ? remark?.path : undefined),
        ...present('detail', remark?.detail),
      };
    });
}

function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value };
}
