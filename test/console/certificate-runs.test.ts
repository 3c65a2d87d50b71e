import assert from 'node:assert/strict';
import { deletedAgain, runsOf } from '../../console/privacy/certificate-runs.ts';
import type { DeletionCertificate } from '../../protocol/deletion-certificate.ts';

const at = '2026-03-02T09:00:00.000Z';
const certificate = (seq: number, run?: number): DeletionCertificate => ({
  seq,
  at,
  kind: 'session-record',
  before: at,
  leaves: '1-3',
  entries: 3,
  sessions: 1,
  ...(run !== undefined && { run: { seq: run, at, by: { id: 'schedule' } } }),
});

describe('certificates, run by run', () => {
  it('stand below the run that they belong to, with their sum; those of runs that are forgotten last', () => {
    const runs = runsOf(
      [certificate(20, 15), certificate(16, 15), certificate(11, 10), certificate(3)],
      false,
    );
    assert.deepEqual(
      runs.map(({ key, at: began, by, entries, items }) => [key, began, by?.id, entries, items.length]),
      [
        ['15', at, 'schedule', 6, 2],
        ['10', at, 'schedule', 3, 1],
        ['unknown', undefined, undefined, 3, 1],
      ],
    );
  });

  it('say so of the last run when older certificates of it may not be loaded yet', () => {
    const isCut = (hasMore: boolean) =>
      runsOf([certificate(20, 15), certificate(11, 10)], hasMore).map((run) => run.isCut);
    assert.deepEqual(isCut(true), [false, true]);
    assert.deepEqual(isCut(false), [false, false]);
  });

  it('count what a restore deleted again', () => {
    assert.deepEqual(
      ['', '4', '0-199,205'].map((leaves) => deletedAgain({ leaves })),
      [0, 1, 201],
    );
  });
});
