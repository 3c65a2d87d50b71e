import { z } from 'zod';
import { ConsistencyProof, InclusionProof, LogCheckpoint } from '../../../protocol/log-proof.ts';
import { AddressTries } from '../../access/address-tries.ts';
import type { Clock } from '../../clock.ts';
import type { TransparencyLog } from '../../records/transparency-log.ts';
import { type Route, route } from '../route.ts';

const Count = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** A watcher that asks each second asks twice in one; an office may have several behind one address. */
export const LOG_TRIES = { burst: 120, refillMs: 100 };

/** What the log proves about itself. It says nothing of what entries say, so that whoever wants to watch it may. */
export function logRoutes(log: TransparencyLog, clock: Clock): Route[] {
  const tries = new AddressTries(LOG_TRIES, clock);

  return [
    route({
      method: 'get',
      path: '/api/v1/log/checkpoint',
      summary: 'How many entries the log has and the root of its Merkle tree, signed (C2SP tlog-checkpoint)',
      who: 'anyone',
      answer: { status: 200, what: 'The newest checkpoint', schema: LogCheckpoint },
      refusals: ['not-found', 'tries.too-many'],
      async handle({ address }) {
        tries.take(address);
        return log.checkpoint();
      },
    }),

    route({
      method: 'get',
      path: '/api/v1/log/inclusion',
      summary: 'That a leaf is in the log (RFC 9162, 2.1.3)',
      who: 'anyone',
      query: z.object({ leaf: Count, size: Count.optional() }),
      answer: { status: 200, what: 'The proof', schema: InclusionProof },
      refusals: ['not-found', 'tries.too-many'],
      async handle({ query, address }) {
        tries.take(address);
        return log.inclusion(query.leaf, query.size);
      },
    }),

    route({
      method: 'get',
      path: '/api/v1/log/consistency',
      summary: 'That the log only grew between two sizes (RFC 9162, 2.1.4)',
      who: 'anyone',
      query: z.object({ from: Count, to: Count }),
      answer: { status: 200, what: 'The proof', schema: ConsistencyProof },
      refusals: ['not-found', 'tries.too-many'],
      async handle({ query, address }) {
        tries.take(address);
        return log.consistency(query.from, query.to);
      },
    }),
  ];
}
