import type { SessionRecord } from '../../protocol/session-record.ts';

const AT = '2026-03-14T12:00:00.000Z';

/** The record of a plain session, for tests of how it is shown. */
export const aRecord = (): SessionRecord => ({
  id: '00000000-0000-7000-8000-000000000001',
  status: 'ended',
  technician: {
    userId: '00000000-0000-7000-8000-000000000900',
    name: 'Tess Technician',
    email: 'tess@example.com',
    address: '198.51.100.7',
  },
  contact: { name: 'Ada Example' },
  detailsGiven: [],
  reason: 'printing fails',
  notes: [],
  createdAt: AT,
  tools: [],
  files: [
    {
      fileId: '00000000-0000-7000-8000-000000000500',
      tool: 'file-upload',
      name: 'report.pdf',
      standing: 'completed',
      at: AT,
    },
  ],
  consent: { answers: [] },
  connectionLosses: 0,
  retention: {
    deleteAfter: '2027-03-14T12:00:00.000Z',
    parts: [
      { kind: 'contact-details', deleteAfter: '2026-04-25T12:00:00.000Z' },
      { kind: 'chat-and-file-names', deleteAfter: '2026-04-25T12:00:00.000Z' },
    ],
  },
});
