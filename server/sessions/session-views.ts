import type { FileState } from '../../protocol/file-messages.ts';
import type { TechnicianCard } from '../../protocol/join.ts';
import { formatCode } from '../../protocol/session.ts';
import type { AgentSessionState, ConsoleSessionState } from '../../protocol/session-state.ts';
import type { LiveSession } from './live-session.ts';
import type { Session } from './session.ts';
import { isUnfinished } from './session-files.ts';
import type { Terms } from './terms.ts';

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

export function agentStateOf(live: LiveSession): AgentSessionState {
  return { ...shared(live), card: technicianCard(live.session, live.terms) };
}

export function consoleStateOf(live: LiveSession, joinUrl: (code: string) => string): ConsoleSessionState {
  const { session, code } = live;
  const waiting = session.status === 'created';
  return {
    ...shared(live),
    technician: technicianCard(session, live.terms).technician,
    contact: session.contact,
    ...present('reference', session.reference),
    reason: session.reason,
    requested: [...session.requested],
    ...(waiting ? { codeExpiresAt: session.codeExpiresAt } : {}),
    ...(waiting && code !== undefined ? { code: formatCode(code), joinUrl: joinUrl(code) } : {}),
    ...present('computer', session.computer),
    ...present('agentVersion', session.agent?.version),
    ...present('customerKey', session.signingKey),
    answeredInAdvance: session.answeredInAdvance,
    ...present('outcome', session.outcome),
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
    presence: { technician: live.presence('technician'), customer: live.presence('customer') },
    ...present('graceEndsAt', graceEndsAt),
  };
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
