/**
 * CPU time of forwarding one picture to 1, 5 and 20 who watch, in milliseconds for each forwarded megabit: the broker's
 * media worker beside Janus' VideoRoom. The same plain RTP comes in, SRTP goes out to sockets that only count it and
 * give no feedback; median of five rounds. `apt-get install --no-install-recommends janus && node --import tsx bench/fan-out.ts`
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Forwarder } from './fan-out/forwarder.ts';
import { startJanus } from './fan-out/janus.ts';
import { startMediaWorker } from './fan-out/media-worker.ts';
import { PACKET_BYTES, sendStream, Watcher } from './fan-out/rtp-stream.ts';
import { cpuOfThreads } from './support/process-cpu.ts';
import { median } from './support/statistics.ts';

const ROUNDS = 5;
const WATCHERS = [1, 5, 20];
const WARM_UP_MS = 1_000;
const MEASURED_MS = 5_000;
const BITS = 8;

/** Milliseconds of CPU for each megabit that arrived, and how many megabits a second did. */
async function measure(forwarder: Forwarder, count: number): Promise<{ cpu: number; rate: number }> {
  const stream = await forwarder.publish();
  const watchers = await Promise.all(Array.from({ length: count }, () => Watcher.open()));
  for (const { port } of watchers) await stream.watch(port);
  const sending = await sendStream(stream.port);
  const now = () => ({
    at: performance.now(),
    cpu: cpuOfThreads(forwarder.pid),
    megabits: (watchers.reduce((sum, { packets }) => sum + packets, 0) * PACKET_BYTES * BITS) / 1e6,
  });
  await pause(WARM_UP_MS);
  const before = now();
  await pause(MEASURED_MS);
  const after = now();
  sending.stop();
  await stream.close();
  for (const watcher of watchers) watcher.close();
  const megabits = after.megabits - before.megabits;
  return {
    cpu: (after.cpu - before.cpu) / megabits,
    rate: megabits / ((after.at - before.at) / 1000),
  };
}

const forwarders = {
  'media worker': await startMediaWorker({ feedback: false }),
  Janus: await startJanus(),
  'media worker, ready for feedback': await startMediaWorker({ feedback: true }),
};
for (const count of WATCHERS) {
  const rounds = new Map(
    Object.keys(forwarders).map((name) => [name, [] as { cpu: number; rate: number }[]]),
  );
  // In turn, so that what else runs on the machine falls on both.
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, forwarder] of Object.entries(forwarders))
      rounds.get(name)!.push(await measure(forwarder, count));
  for (const [name, figures] of rounds) {
    const cpu = figures.map((each) => each.cpu);
    const spread = `${Math.min(...cpu).toFixed(2)} to ${Math.max(...cpu).toFixed(2)}`;
    const rate = median(figures.map((each) => each.rate)).toFixed(1);
    console.log(
      `${count} watching, ${name}: ${median(cpu).toFixed(2)} ms/Mbit (${spread}), ${rate} Mbit/s arrived`,
    );
  }
}
for (const forwarder of Object.values(forwarders)) await forwarder.close();
process.exit();
