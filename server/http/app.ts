import express, { type Express } from 'express';
import type { MediaReadiness } from '../../protocol/access.ts';
import type { Access } from '../access/access.ts';
import type { TrustProxy } from '../access/client-address.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { SavedViewStore } from '../records/account-store.ts';
import type { DamagedRows } from '../records/damaged-rows.ts';
import { Holds } from '../records/holds.ts';
import type { RecordStore } from '../records/record-store.ts';
import { RecordedReads } from '../records/recorded-reads.ts';
import type { Retention } from '../records/retention.ts';
import type { TransparencyLog } from '../records/transparency-log.ts';
import type { LogVerifications } from '../records/verify/log-verifications.ts';
import type { SessionService } from '../sessions/session-service.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { accessLog } from './access-log.ts';
import { healthz, readyz } from './health.ts';
import { createMetrics, type MetricSources } from './metrics.ts';
import { mountRoutes } from './mount-routes.ts';
import { openApiDocument } from './openapi.ts';
import { pages } from './pages.ts';
import { refusalHandler, unknownPath } from './refusal-handler.ts';
import { accessLogRoutes } from './routes/access-log.ts';
import { joinRoutes } from './routes/join.ts';
import { logRoutes } from './routes/log.ts';
import { periodsRoutes } from './routes/periods.ts';
import { receiptRoutes } from './routes/receipts.ts';
import { retentionRoutes } from './routes/retention.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { setUpRoutes } from './routes/set-up.ts';
import { settingsRoutes } from './routes/settings.ts';
import { signInRoutes } from './routes/sign-in.ts';
import { statisticsRoutes } from './routes/statistics.ts';
import { userRoutes } from './routes/users.ts';
import { verificationRoutes, type WitnessStates } from './routes/verification.ts';
import { viewRoutes } from './routes/views.ts';
import { securityHeaders } from './security-headers.ts';

export interface AppParts {
  readonly access: Access;
  readonly sessions: SessionService;
  readonly records: RecordStore & TransparencyLog & SavedViewStore;
  readonly settings: SettingsStore;
  readonly damagedRows: Pick<DamagedRows, 'alarm'>;
  readonly retention: Pick<Retention, 'run' | 'preview' | 'dueUnder' | 'clockDoubt'>;
  readonly verifications: Pick<LogVerifications, 'start' | 'underWay' | 'last' | 'lastWhole'>;
  readonly witnesses: WitnessStates;
  readonly media: () => MediaReadiness;
  readonly metricSources: MetricSources;
  /** Origin at which browsers reach this broker, for instance `https://support.example.com`. */
  readonly publicUrl: string;
  /** Origins that requests which change something may come from. */
  readonly origins: readonly string[];
  readonly trustProxy: TrustProxy;
  /** `console/dist` */
  readonly consoleFolder: string;
  /** `agent/dist/countersign-agent.tgz` */
  readonly agentPackage: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface App {
  readonly handler: Express;
  close(): void;
}

/** Everything that is asked over HTTP. Upgrades are not: signalling routes them. */
export function createApp(parts: AppParts): App {
  const { access, sessions, records, settings, metricSources, publicUrl, origins, clock, log } = parts;
  const reads = new RecordedReads({ store: records, clock });
  const routes = [
    ...signInRoutes({ access, recorder: records, settings, publicUrl, media: parts.media }),
    ...setUpRoutes(access.setUp),
    ...sessionRoutes({ sessions, reads, clock }),
    ...accessLogRoutes({ reads, users: access.users, clock }),
    ...statisticsRoutes(reads),
    ...joinRoutes(sessions),
    ...logRoutes(records, clock),
    ...verificationRoutes({ ...parts, users: access.users }),
    ...receiptRoutes({ records, settings, clock }),
    ...retentionRoutes({
      retention: parts.retention,
      holds: new Holds({ store: records, clock }),
      records,
      users: access.users,
    }),
    ...userRoutes(access.users),
    ...viewRoutes(records, clock),
    ...settingsRoutes(settings, records),
    ...periodsRoutes({ settings, records, users: access.users, retention: parts.retention }),
  ];
  const metrics = createMetrics(metricSources, records, access.identify, publicUrl);
  const openApi = openApiDocument(routes, publicUrl);

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', parts.trustProxy);
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.use(securityHeaders(publicUrl));
  app.get('/healthz', healthz);
  app.get('/readyz', readyz(records, parts.media));
  app.get('/metrics', metrics.handler);

  app.use('/api', accessLog(log), (request, response, next) => {
    access.addressOf(request);
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  app.get('/api/v1/openapi.json', (_request, response) => {
    response.json(openApi);
  });
  app.use('/api', access.signInSessions.middleware);
  mountRoutes(app, routes, access, origins);
  app.use('/api', unknownPath);
  app.use(pages({ ...parts, setUp: access.setUp }));
  app.use(unknownPath);
  app.use(refusalHandler(log));
  return { handler: app, close: () => metrics.close() };
}
