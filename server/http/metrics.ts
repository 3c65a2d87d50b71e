import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Request, RequestHandler } from 'express';
import { Gauge, Registry } from 'prom-client';
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
}

export interface Metrics {
  readonly handler: RequestHandler;
  close(): void;
}

const QUANTILES = [0.5, 0.95, 0.99, 1];
const NANOSECONDS = 1e9;

/**
 * Prometheus text. For programs on this machine, asked directly, and for who may `metrics.read` (an API key of an
 * administrator or an auditor). What came through a proxy is not local, whatever address it has.
 */
export function createMetrics(sources: MetricSources, records: RecordStore, identify: Identify): Metrics {
  const registry = new Registry();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  defineGauges(registry, sources, records, delay);
  return {
    handler: async (request, response) => {
      if (!isLocal(request)) {
        const user = await identify(request);
        if (!user) throw new Refusal('sign-in.needed', 'Send an API key of an administrator or an auditor.');
        demandAction(user, 'metrics.read');
      }
      response.type(registry.contentType).send(await registry.metrics());
    },
    close: () => delay.disable(),
  };
}

function isLocal({ socket, headers }: Request): boolean {
  const { remoteAddress = '' } = socket;
  const loopback = /^(::ffff:)?127\./.test(remoteAddress) || remoteAddress === '::1';
  return loopback && !headers['x-forwarded-for'] && !headers.forwarded && !headers.via;
}

function defineGauges(
  registry: Registry,
  sources: MetricSources,
  records: RecordStore,
  delay: IntervalHistogram,
): void {
  const gauge = (
    name: string,
    help: string,
    label: string | undefined,
    read: () => Record<string, number> | Promise<Record<string, number>>,
  ) =>
    new Gauge({
      name: `countersign_${name}`,
      help,
      labelNames: label ? [label] : [],
      registers: [registry],
      async collect() {
        this.reset();
        for (const [key, value] of Object.entries(await read())) {
          if (label) this.set({ [label]: key }, value);
          else this.set(value);
        }
      },
    });

  gauge('sessions', 'Open sessions by status', 'status', () => sources.sessions());
  gauge('lanes', 'Open lanes by tool', 'tool', () => sources.lanes());
  gauge('relayed_bytes', 'Payload bytes relayed since the start, by sending side', 'side', () => ({
    ...sources.relayedBytes(),
  }));
  gauge('append_seconds', 'Last appends to the record, from call to durable', 'quantile', async () => {
    const sorted = [...(await records.health()).appendMs].sort((a, b) => a - b);
    return byQuantile((quantile) => (sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0) / 1000);
  });
  gauge('record_entries', 'Entries in the record', undefined, async () => ({
    all: (await records.health()).entries,
  }));
  gauge('disk_free_bytes', 'Free bytes where the record is kept', undefined, async () => ({
    all: (await records.health()).freeBytes,
  }));
  gauge('event_loop_delay_seconds', 'Delay of the event loop since the last scrape', 'quantile', () => {
    const values = byQuantile((quantile) => delay.percentile(quantile * 100) / NANOSECONDS);
    delay.reset();
    return values;
  });
  gauge('resident_bytes', 'Memory of this process', undefined, () => ({ all: process.memoryUsage.rss() }));
  gauge('cpu_seconds', 'CPU time of this process', undefined, () => {
    const { user, system } = process.cpuUsage();
    return { all: (user + system) / 1e6 };
  });
}

const byQuantile = (read: (quantile: number) => number) =>
  Object.fromEntries(QUANTILES.map((quantile) => [String(quantile), read(quantile)]));
