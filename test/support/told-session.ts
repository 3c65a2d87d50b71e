import type { NewEntry } from '../../protocol/record.ts';
import type { Tool } from '../../protocol/tool.ts';
import type { RecordStore } from '../../server/records/record-store.ts';
import {
  begin,
  end,
  joined,
  laneClosed,
  laneOpened,
  note,
  sentFile,
  started,
  technicianNoted,
} from '../records/stories.ts';
import type { FakeClock } from './fake-clock.ts';

const REQUEST = '01890000-0000-7000-8000-000000000001';
const LANES: Partial<Record<Tool, string>> = {
  view: '01890000-0000-7000-8000-000000000011',
  control: '01890000-0000-7000-8000-000000000012',
  'file-upload': '01890000-0000-7000-8000-000000000013',
};
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Writes a session in which a customer allowed two tools, refused one, took one back, and got a file. @returns its id. */
export async function tellSession(
  store: Pick<RecordStore, 'append'>,
  clock: FakeClock,
  change: Parameters<typeof begin>[0] = {},
): Promise<string> {
  const tools: Tool[] = ['view', 'control', 'file-upload', 'file-download'];
  const created = begin({ tools, ...change });
  const { sessionId } = created;
  const consent = { sessionId, requestId: REQUEST };
  const story: [waitMs: number, ...entries: NewEntry[]][] = [
    [0, created, technicianNoted(sessionId)],
    [40 * SECOND, joined(sessionId)],
    [SECOND, { ...consent, type: 'consent.requested', tools, expiresAt: '2026-03-02T09:10:00.000Z' }],
    [
      31 * SECOND,
      {
        ...consent,
        type: 'consent.answered',
        allowed: ['view', 'control', 'file-upload'],
        refused: ['file-download'],
        unable: [],
        mode: 'person',
        textVersion: '2026-01',
      },
    ],
    [4 * SECOND, { type: 'session.admitted', sessionId }, started(sessionId)],
    [SECOND, laneOpened(sessionId, 'view', LANES.view!)],
    [MINUTE, laneOpened(sessionId, 'control', LANES.control!)],
    [5 * MINUTE, { type: 'grant.revoked', sessionId, tool: 'control', by: 'customer' }],
    [0, laneClosed(sessionId, 'control', LANES.control!, [18_211, 0])],
    [MINUTE, laneOpened(sessionId, 'file-upload', LANES['file-upload']!)],
    [3 * SECOND, ...sentFile(sessionId, 'printer-driver_4.2_amd64.deb')],
    [0, laneClosed(sessionId, 'file-upload', LANES['file-upload']!, [2048, 0])],
    [2 * MINUTE, laneClosed(sessionId, 'view', LANES.view!, [1_204, 48_211_733])],
    [0, ...note(sessionId, 'The customer was in a hurry.'), end(sessionId)],
  ];
  for (const [waitMs, ...entries] of story) {
    clock.advance(waitMs);
    await store.append(entries);
  }
  return sessionId;
}
