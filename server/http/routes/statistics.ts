import { Statistics, StatisticsQuery } from '../../../protocol/statistics.ts';
import { readScope } from '../../access/policies.ts';
import type { RecordedReads } from '../../records/recorded-reads.ts';
import { type Route, route } from '../route.ts';

export function statisticsRoutes(reads: RecordedReads): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/v1/statistics',
      summary: 'Figures of a period: sessions, times, tools, refusals, outcomes, by team and technician',
      who: 'session.read',
      query: StatisticsQuery,
      answer: { status: 200, what: 'The figures', schema: Statistics },
      // Nobody counts what they may not read, so small groups need not be hidden. Figures for anybody else have to.
      handle: ({ user, query, address }) =>
        reads.statistics(query, readScope(user, 'session.read'), { ...user, address }),
    }),
  ];
}
