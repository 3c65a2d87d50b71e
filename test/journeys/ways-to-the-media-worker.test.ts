import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { EntryOf } from '../../protocol/record.ts';
import { type BrowserDesk, type BrowserWishes, openBrowserDesk } from '../support/browser-desk.ts';
import { startCoturn } from '../support/coturn.ts';
import { hears, writeTone } from '../support/fake-microphone.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const CUSTOMER_HZ = 500;
const TECHNICIAN_HZ = 1200;
/** Two browsers, an encoder and a decoder on a few cores. */
const BUSY_MS = 30_000;

interface Connected {
  connections: RTCPeerConnection[];
}

/** A network that lets no UDP out, as the browser's own policy makes it. */
const NO_UDP = '--webrtc-ip-handling-policy=disable_non_proxied_udp';

/** In the page: its connections stay in reach, and with `relay` they go through a TURN server and no other way. */
const keepConnections = () => {
  const connections: RTCPeerConnection[] = [];
  Object.assign(window, { connections });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
};
/**
 * The same where a network lets no TCP out: nobody is told of that way. With both, Chromium takes what is cheaper on the
 * interface that it goes out by, and on one machine that is now one of them and now the other.
 */
const keepConnectionsByUdp = () => {
  const connections: RTCPeerConnection[] = [];
  Object.assign(window, { connections });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
    override setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
      return super.setRemoteDescription({ type, sdp: sdp.replace(/^a=candidate:\S+ \d+ tcp .*\r\n/gm, '') });
    }
  };
};
const keepRelayedConnections = () => {
  const connections: RTCPeerConnection[] = [];
  Object.assign(window, { connections });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, iceTransportPolicy: 'relay' });
      connections.push(this);
    }
  };
};

/** By which ways its connections go: the kind of this page's candidate and the transport, as the browser counts them. */
const waysOf = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const { connections } = window as unknown as Connected;
    const live = connections.filter(({ connectionState }) => connectionState === 'connected');
    const ways = live.map(async (connection) => {
      const report = [...(await connection.getStats()).values()];
      const { selectedCandidatePairId } = report.find(({ type }) => type === 'transport') ?? {};
      const pair = report.find(({ id }) => id === selectedCandidatePairId);
      const local = report.find(({ id }) => id === pair?.localCandidateId);
      return `${local?.candidateType === 'relay' ? 'relay' : 'direct'} ${local?.protocol}`;
    });
    return [...new Set(await Promise.all(ways))];
  });

describe('journey: picture and voice find a way to the media worker', function () {
  this.timeout(120_000);
  let folder: TemporaryFolder;
  let desk: BrowserDesk;
  before(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => desk.close());
  after(() => folder.remove());

  /** Both see and hear each other, and every connection of both goes that way. */
  async function meet(way: string, env: Record<string, string>, wishes: BrowserWishes): Promise<void> {
    const staff = await writeTone(folder.path, TECHNICIAN_HZ);
    const customers = await writeTone(folder.path, CUSTOMER_HZ);
    desk = await openBrowserDesk({ COUNTERSIGN_MEDIA: 'on', ...env }, { staff, customers, ...wishes });
    const session = await desk.session({ tools: ['view', 'voice'], allow: ['view', 'voice'] });
    const { technician, customer, shown } = session;
    await shown.paint('#303030', '#808080');
    const isGrey = (pixel: number[]) => pixel.every((value) => Math.abs(value - 0x80) <= 8);
    await until(
      'the square is in the picture',
      async () => isGrey(await technician.pixel(250, 180).catch(() => [0])),
      BUSY_MS,
    );
    assert.equal(await technician.desktop.evaluate(({ tagName }) => tagName), 'VIDEO');
    await hears(technician.page, CUSTOMER_HZ);
    await hears(customer.page, TECHNICIAN_HZ);
    assert.deepEqual(await waysOf(technician.page), [way]);
    assert.deepEqual(await waysOf(customer.page), [way]);
    const { timeline } = await session.record();
    const opened = timeline.filter(
      ({ type }) => type === 'lane.opened',
    ) as unknown as EntryOf<'lane.opened'>[];
    assert.deepEqual(
      opened.map(({ tool, path }) => `${tool} ${path}`).sort(),
      ['view webrtc', 'voice webrtc'],
      'the first try was it',
    );
  }

  it('by UDP alone, where a network lets no TCP out', () =>
    meet('direct udp', {}, { script: keepConnectionsByUdp }));

  it('by TCP alone, where a network lets no UDP out', () =>
    meet('direct tcp', {}, { script: keepConnections, flags: [NO_UDP] }));

  it('through a TURN server alone, with credentials that the broker gives', async () => {
    const coturn = await startCoturn();
    try {
      const env = { COUNTERSIGN_MEDIA_TURN: coturn.url, COUNTERSIGN_MEDIA_TURN_SECRET: coturn.secret };
      await meet('relay udp', env, { script: keepRelayedConnections });
      assert.match(coturn.output(), /ALLOCATE processed, success/);
    } finally {
      await coturn.stop();
    }
  });
});
