import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Request, RequestHandler } from 'express';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Identify } from '../access/identify.ts';
import { demandAction } from '../access/policies.ts';
import type { RecordStore } from '../records/record-store.ts';
import { Refusal } from '../refusal.ts';

/** Where the figures come from; asked at each scrape. */
export interface MetricSources {
  /** Open sessions by status. */
  sessions(): Record<string, number>;
  /** Open lanes by tool. */
  lanes(): Record<string, number>;
  /** Payload bytes relayed since the start, by the side that sent them. */
  relayedBytes(): { technician: number; customer: number };
  /** Media workers that run, that died since the start, and rooms in them. */
  media(): { alive: number; died: number; rooms: number };
}

export interface Metrics {
  readonly handler: RequestHandler;
  close(): void;
}

const QUANTILES = [0.5, 0.95, 0.99, 1];
const NANOSECONDS = 1e9;
/** The histogram measures a timer of this length: what is beyond it is delay. */
const RESOLUTION_MS = 10;

/**
 * Prometheus text. For who may `metrics.read` (an API key of an administrator or an auditor). Where people reach the
 * broker on this machine only, programs on it need no key.
 */
export function createMetrics(
  sources: MetricSources,
  records: RecordStore,
  identify: Identify,
  publicUrl: string,
): Metrics {
  const onlyHere = isLoopback(new URL(publicUrl).hostname);
  const registry = new Registry();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  defineGauges(registry, sources, records, delay);
  return {
    handler: async (request, response) => {
      if (!(onlyHere && isLocal(request))) {
        const user = await identify(request);
        if (!user) throw new Refusal('sign-in.needed', 'Send an API key of an administrator or an auditor.');
        demandAction(user, 'metrics.read');
      }
      response.type(registry.contentType).send(await registry.metrics());
    },
    close: () => delay.disable(),
  };
}

/** A proxy makes every caller look local, and so does a page whose name resolves to this machine: the Host tells. */
function isLocal({ socket, headers }: Request): boolean {
  const { remoteAddress = '' } = socket;
  const host = URL.parse(`http://${headers.host}`)?.hostname ?? '';
  return (
    (/^(::ffff:)?127\./.test(remoteAddress) || remoteAddress === '::1') &&
    isLoopback(host) &&
    !headers['x-forwarded-for'] &&
    !headers.forwarded &&
    !headers.via
  );
}

/** @param hostname as in a URL */
const isLoopback = (hostname: string) =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);

function defineGauges(
  registry: Registry,
  sources: MetricSources,
  records: RecordStore,
  delay: IntervalHistogram,
): void {
  type Figures = Record<string, number>;
  const metric = (
    kind: typeof Gauge | typeof Counter,
    name: string,
    help: string,
    label: string | undefined,
    read: () => Figures | Promise<Figures>,
  ) =>
    new kind({
      name: `countersign_${name}`,
      help,
      labelNames: label ? [label] : [],
      registers: [registry],
      async collect() {
        this.reset();
        for (const [key, value] of Object.entries(await read())) {
          if (label) this.inc({ [label]: key }, value);
          else this.inc(value);
        }
      },
    });

  metric(Gauge, 'sessions', 'Open sessions by status', 'status', () => sources.sessions());
  metric(Gauge, 'lanes', 'Open lanes by tool', 'tool', () => sources.lanes());
  metric(
    Counter,
    'relayed_bytes_total',
    'Payload bytes relayed since the start, by sending side',
    'side',
    () => ({
      ...sources.relayedBytes(),
    }),
  );
  metric(Gauge, 'media_workers', 'Media workers that run', undefined, () => ({ all: sources.media().alive }));
  metric(Counter, 'media_worker_deaths_total', 'Media workers that died since the start', undefined, () => ({
    all: sources.media().died,
  }));
  metric(Gauge, 'media_rooms', 'Sessions with a room in a media worker', undefined, () => ({
    all: sources.media().rooms,
  }));
  metric(
    Gauge,
    'append_seconds',
    'Last appends to the record, from call to durable',
    'quantile',
    async () => {
      const sorted = [...(await records.health()).appendMs].sort((a, b) => a - b);
      return byQuantile((quantile) => (sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0) / 1000);
    },
  );
  metric(Gauge, 'record_entries', 'Entries in the record', undefined, async () => ({
    all: (await records.health()).entries,
  }));
  metric(Gauge, 'disk_free_bytes', 'Free bytes where the record is kept', undefined, async () => ({
    all: (await records.health()).freeBytes,
  }));
  metric(
    Gauge,
    'event_loop_delay_seconds',
    'Delay of the event loop since the last scrape',
    'quantile',
    () => {
      const values = byQuantile((quantile) =>
        Math.max(0, delay.percentile(quantile * 100) / NANOSECONDS - RESOLUTION_MS / 1000),
      );
      delay.reset();
      return values;
    },
  );
  metric(Gauge, 'resident_bytes', 'Memory of this process', undefined, () => ({
    all: process.memoryUsage.rss(),
  }));
  metric(Counter, 'cpu_seconds_total', 'CPU time of this process', undefined, () => {
    const { user, system } = process.cpuUsage();
    return { all: (user + system) / 1e6 };
  });
}

const byQuantile = (read: (quantile: number) => number) =>
  Object.fromEntries(QUANTILES.map((quantile) => [String(quantile), read(quantile)]));
