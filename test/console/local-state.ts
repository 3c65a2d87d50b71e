import type { PendingConsent } from '../../protocol/consent.ts';
import type { FileState } from '../../protocol/file-messages.ts';
import type { ToolStanding } from '../../protocol/grant.ts';
import type { LocalState } from '../../protocol/local-page.ts';
import { TOOLS, type Tool } from '../../protocol/tool.ts';

const AT = '2026-03-14T12:00:00.000Z';
const id = (figure: number) => `00000000-0000-7000-8000-${String(figure).padStart(12, '0')}`;

/** A state as the agent pushes it to the customer's page: joined, nothing asked, nothing in use, unless told. */
export function localState(
  of: Partial<Omit<LocalState, 'session'>> = {},
  session: Partial<Omit<LocalState['session'], 'tools'>> = {},
  tools: Partial<Record<Tool, ToolStanding>> = {},
): LocalState {
  return {
    agent: 'native',
    link: 'online',
    inUse: [],
    used: [],
    watchedBy: [],
    transfers: [],
    chat: [],
    asked: [],
    receivedFolder: '/home/ada/Downloads/Countersign',
    acceptAll: { 'file-upload': false, 'file-download': false },
    ...of,
    session: {
      sessionId: id(1),
      revision: 1,
      status: 'joined',
      createdAt: AT,
      joinedAt: AT,
      admitted: false,
      pending: [],
      files: [],
      watchers: [],
      presence: { technician: 'here', customer: 'here' },
      card: {
        organisation: 'Example Support Ltd',
        technician: { name: 'Tess Technician', team: 'North' },
        reason: 'printing fails',
        tools: ['view'],
        consentText: 'You can stop at any time.',
        consentTextVersion: '1',
      },
      ...session,
      tools: Object.fromEntries(
        TOOLS.map((tool) => [tool, { standing: tools[tool] ?? 'off', since: AT }]),
      ) as LocalState['session']['tools'],
    },
  };
}

export const aPendingConsent = (tools: Tool[]): PendingConsent => ({
  requestId: id(600),
  tools,
  askedAt: AT,
  expiresAt: '2026-03-14T12:01:00.000Z',
});

export const aFile = (figure: number, of: Partial<FileState> = {}): FileState => ({
  fileId: id(500 + figure),
  tool: 'file-upload',
  standing: 'offered',
  name: 'report.pdf',
  size: 1000,
  at: AT,
  ...of,
});
