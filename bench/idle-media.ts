/**
 * Memory of sessions in which a picture is shared by WebRTC and nothing moves: in the broker's process, for each of
 * 100; after minus before, garbage collected both times; median of five. Each has a room with both
 * ends, what is sent and what is received. `node --import tsx --expose-gc bench/idle-media.ts`
 */
import { randomUUID } from 'node:crypto';
import type { LaneFact } from '../server/lanes/lane-registry.ts';
import { FakeClock } from '../test/support/fake-clock.ts';
import { startMedia, vp8 } from '../test/support/start-media.ts';
import { median } from './support/statistics.ts';

const SESSIONS = 100;
const WARM_UP = 50;
const ROUNDS = 5;
const KIB = 1024;

const media = await startMedia(new FakeClock());

/** A session whose picture has been produced and is consumed, as after the first frame. @returns what closes it */
async function share(): Promise<() => void> {
  const sessionId = randomUUID();
  const lane = { laneId: randomUUID(), sessionId, tool: 'view' } as LaneFact;
  const rules = { tell: () => {}, gone: () => {} };
  const customer = await media.rooms.join(lane, 'customer', rules);
  const technician = await media.rooms.join(lane, 'technician', rules);
  customer.relayTo(technician);
  technician.relayTo(customer);
  await customer.produce({
    transportId: customer.joined.send!.id,
    kind: 'video',
    rtpParameters: vp8(),
  });
  await technician.receive({ rtpCapabilities: technician.joined.rtpCapabilities });
  return () => {
    for (const end of [customer, technician]) end.close('session.over');
    media.rooms.closeSession(sessionId);
  };
}

function now() {
  const gc = globalThis.gc as ((options: object) => void) | undefined;
  if (!gc) throw new Error('start it with --expose-gc');
  for (let i = 0; i < 2; i++) gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: (heapUsed + external) / KIB, resident: rss / KIB };
}

const several = (count: number) => Promise.all(Array.from({ length: count }, share));
const rounds: ReturnType<typeof now>[] = [];
for (const close of await several(WARM_UP)) close();
for (let round = 0; round < ROUNDS; round++) {
  const before = now();
  const open = await several(SESSIONS);
  const after = now();
  const each = (of: keyof typeof before) => (after[of] - before[of]) / SESSIONS;
  rounds.push({ held: each('held'), resident: each('resident') });
  for (const close of open) close();
}
const of = (which: keyof ReturnType<typeof now>) =>
  `${median(rounds.map((round) => round[which])).toFixed(0)} KiB`;
console.log(`each of ${SESSIONS} idle sessions that share a picture by WebRTC:`);
console.log(`objects and buffers in the broker ${of('held')}, resident ${of('resident')}`);
await media.close();
process.exit();
