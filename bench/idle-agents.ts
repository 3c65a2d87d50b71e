/**
 * Memory of 1,000 agents that are connected and do nothing, in the process that holds them: after minus before,
 * garbage collected both times; median of five brokers. Each agent has a session of its own that was
 * joined and asks its customer. `npx tsx bench/idle-agents.ts`
 */
import { fork } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { ReadingPolicy } from '../protocol/reading-policy.ts';
import { Code, OpenSession } from '../protocol/session.ts';
import { TOOLS } from '../protocol/tool.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { clientAddress } from '../server/access/client-address.ts';
import { systemClock } from '../server/clock.ts';
import { Lanes } from '../server/lanes/lanes.ts';
import { createLog } from '../server/log.ts';
import { LiveSessions } from '../server/sessions/live-sessions.ts';
import { Settings } from '../server/settings/settings.ts';
import { attachSignalling } from '../server/signalling/signalling.ts';
import { ArrayRecorder } from '../test/support/array-recorder.ts';

const AGENTS = 1_000;
const TOGETHER = 50;
const WARM_UPS = 6;
const ROUNDS = 5;
const MIB = 1024 * 1024;

if (process.argv[2] === 'broker') await serve();
else await measure();

async function serve(): Promise<void> {
  const recorder = new ArrayRecorder(systemClock);
  const lanes = new Lanes(systemClock, createLog('silent'));
  const sessions = new LiveSessions({
    recorder,
    clock: systemClock,
    lanes,
    settings: { current: () => Settings.parse({}) },
    accounts: { user: async () => undefined },
    log: createLog('silent'),
    codeKey: randomBytes(32),
    publicUrl: () => 'http://127.0.0.1',
  });
  const http = createServer();
  const signalling = attachSignalling(http, {
    sessions,
    lanes,
    identify: async () => undefined,
    addressOf: clientAddress(false),
    origins: () => [],
    clock: systemClock,
    log: createLog('silent'),
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  process.on('message', async (message: number | 'memory') => {
    if (message !== 'memory') process.send?.(await join(sessions, message));
    else {
      // The record lies on disk in a broker, not in its memory.
      recorder.entries.length = 0;
      collectGarbage();
      const { rss, heapUsed, external } = process.memoryUsage();
      process.send?.({ rss, held: heapUsed + external, agents: signalling.counts().agents });
    }
  });
  process.send?.({ port: (http.address() as AddressInfo).port });
}

/** Twice, and giving back what the burst of connecting took: a broker does that by itself when it is quiet. */
function collectGarbage(): void {
  const gc = globalThis.gc as ((options: object) => void) | undefined;
  for (let i = 0; i < 2; i++) gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

async function join(sessions: LiveSessions, count: number): Promise<{ tokens: string[] }> {
  const tokens: string[] = [];
  for (let i = 0; i < count; i++) {
    const technician = {
      userId: randomUUID(),
      email: `technician${i}@example.com`,
      name: `Technician ${i}`,
      role: 'technician' as const,
      teams: ['first line'],
      address: '192.0.2.1',
      reading: ReadingPolicy.parse({}),
    };
    const wish = OpenSession.parse({ contact: { name: `Customer ${i}` }, reason: 'idle', tools: ['view'] });
    const { code } = await sessions.open(technician, wish);
    const joined = await sessions.join(
      {
        code: Code.parse(code),
        protocolVersion: PROTOCOL_VERSION,
        agent: { kind: 'native', version: '1.0.0', capable: [...TOOLS] },
        computer: { hostName: `computer-${i}`, platform: 'Debian GNU/Linux 12', architecture: 'x64' },
      },
      '198.51.100.7',
    );
    tokens.push(joined.agentToken);
  }
  return { tokens };
}

async function measure(): Promise<void> {
  const resident: number[] = [];
  const held: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const broker = fork(fileURLToPath(import.meta.url), ['broker'], {
      execArgv: ['--import', 'tsx', '--expose-gc'],
    });
    const heard = async <Answer>() => ((await once(broker, 'message')) as [Answer])[0];
    const { port } = await heard<{ port: number }>();
    const agents: WebSocket[] = [];
    const bring = async (count: number) => {
      broker.send(count);
      const { tokens } = await heard<{ tokens: string[] }>();
      for (let next = 0; next < count; next += TOGETHER) {
        const some = tokens.slice(next, next + TOGETHER);
        agents.push(...(await Promise.all(some.map((token) => connectAgent(port, token)))));
      }
    };
    // A broker that has run for a while: what is loaded, compiled and grown once is there already.
    for (let i = 0; i < WARM_UPS; i++) await bring(TOGETHER);
    for (const agent of agents.splice(0)) agent.terminate();
    for (let i = 0; i < WARM_UPS; i++) await bring(TOGETHER);
    broker.send('memory');
    const before = await heard<Memory>();
    await bring(AGENTS);
    broker.send('memory');
    const after = await heard<Memory>();
    if (after.agents !== before.agents + AGENTS) throw new Error(`only ${after.agents} agents are connected`);
    resident.push((after.rss - before.rss) / MIB);
    held.push((after.held - before.held) / MIB);
    for (const agent of agents) agent.terminate();
    broker.kill();
    await once(broker, 'exit');
  }
  console.log(
    `${AGENTS} idle agents: ${inWords(resident)} resident, ${inWords(held)} of objects and buffers`,
  );
}

interface Memory {
  rss: number;
  held: number;
  agents: number;
}

function inWords(figures: number[]): string {
  figures.sort((a, b) => a - b);
  const all = figures.map((figure) => figure.toFixed(1)).join(', ');
  return `${figures[Math.floor(ROUNDS / 2)]!.toFixed(1)} MiB (${all})`;
}

/** Just what socket.io's client says, so that this process stays small. */
async function connectAgent(port: number, agentToken: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/signalling/?EIO=4&transport=websocket`);
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the broker hung up')));
    socket.on('message', (data) => {
      const text = String(data);
      if (text.startsWith('0'))
        socket.send(`40/agent,${JSON.stringify({ agentToken, protocolVersion: PROTOCOL_VERSION })}`);
      if (text === '2') socket.send('3');
      if (text.startsWith('42/agent,')) resolve();
    });
  });
  return socket;
}
