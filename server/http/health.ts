import type { RequestHandler } from 'express';
import type { MediaReadiness } from '../../protocol/access.ts';
import type { RecordStore } from '../records/record-store.ts';

/** Under this the disk counts as full: enough for hours of entries, so that somebody can still act. */
const MIN_FREE_BYTES = 256 * 2 ** 20;

/** The process runs and answers. */
export const healthz: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' });
};

/**
 * It can do its work: the record takes entries and the disk has room. 503 with the reasons otherwise. A media worker is
 * none of them: most works without.
 */
export function readyz(records: RecordStore, media: () => MediaReadiness): RequestHandler {
  return async (_request, response) => {
    const reasons: string[] = [];
    try {
      const { writable, freeBytes } = await records.health();
      if (!writable) reasons.push('the record cannot be written');
      if (freeBytes < MIN_FREE_BYTES) reasons.push('the disk is nearly full');
    } catch {
      // Whatever is wrong with the store is what this question is about.
      reasons.push('the record does not answer');
    }
    response.status(reasons.length === 0 ? 200 : 503).json({
      status: reasons.length === 0 ? 'ready' : 'not ready',
      ...(reasons.length === 0 ? {} : { reasons }),
      media: media(),
    });
  };
}
