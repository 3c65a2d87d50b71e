import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { HelperLink, type Socket } from '../../console/customer/local/helper-link.ts';
import type { LocalState } from '../../protocol/local-page.ts';
import { localState } from './local-state.ts';

/** An agent's end of the live connection, on a real port. */
async function anAgent(port = 0) {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  await once(server, 'listening');
  const heard: unknown[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      heard.push(JSON.parse(String(data)));
      server.emit('heard');
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    heard,
    server,
    push(state: LocalState | string) {
      for (const socket of server.clients)
        socket.send(typeof state === 'string' ? state : JSON.stringify(state));
    },
    async close() {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

const linkTo = (port: number) =>
  new HelperLink(() => new WebSocket(`ws://127.0.0.1:${port}/secret/live`) as unknown as Socket);

async function until(link: HelperLink, holds: (view: ReturnType<HelperLink['view']['get']>) => boolean) {
  while (!holds(link.view.get())) {
    await new Promise<void>((resolve) => {
      const stop = link.view.subscribe(() => {
        stop();
        resolve();
      });
    });
  }
}

describe('the page’s connection to the agent', () => {
  it('shows what the agent pushes, and drops what is not of the contract', async () => {
    const agent = await anAgent();
    const link = linkTo(agent.port);
    await once(agent.server, 'connection');
    agent.push('not JSON');
    agent.push('{"link":"online"}');
    agent.push(localState({ inUse: ['view'] }));
    await until(link, ({ helper }) => helper === 'here');
    assert.deepEqual(link.view.get().state?.inUse, ['view']);
    link.close();
    await agent.close();
  });

  it('keeps a Stop that the agent did not hear and says it first when the agent is back', async () => {
    const agent = await anAgent();
    const link = linkTo(agent.port);
    await once(agent.server, 'connection');
    agent.push(localState());
    await until(link, ({ helper }) => helper === 'here');
    await agent.close();
    await until(link, ({ helper }) => helper === 'lost');
    assert.equal(link.send({ type: 'chat.send', text: 'lost' }), false);
    assert.equal(link.send({ type: 'stop', reason: 'stopped-by-customer' }), false);

    const again = await anAgent(agent.port);
    await once(again.server, 'connection');
    again.push(localState());
    await once(again.server, 'heard');
    assert.deepEqual(again.heard, [{ type: 'stop', reason: 'stopped-by-customer' }]);
    link.close();
    await again.close();
  });

  it('does not call an agent lost that left after the end', async () => {
    const agent = await anAgent();
    const link = linkTo(agent.port);
    await once(agent.server, 'connection');
    agent.push(localState({ link: 'over' }));
    await until(link, ({ state }) => state?.link === 'over');
    await agent.close();
    assert.equal(link.view.get().helper, 'here');
    link.close();
  });
});
