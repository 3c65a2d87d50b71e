import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { EXIT } from '../../agent/agent-error.ts';
import { TechnicianDouble } from '../agent/technician-double.ts';
import { type RunningAgent, startAgent } from '../support/agent.ts';
import { ApiClient, PASSWORD, PEOPLE, setUpOrganisation } from '../support/api-client.ts';
import { type RunningBroker, startBroker } from '../support/broker.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { startVirtualDisplay, type VirtualDisplay } from '../support/virtual-display.ts';

describe('A broker with a certificate of its own', function () {
  this.timeout(60_000);
  let folder: TemporaryFolder;
  let display: VirtualDisplay;
  let broker: RunningBroker;
  let tess: ApiClient;
  let certificate: string;
  const agents: RunningAgent[] = [];
  const checks = process.env.NODE_TLS_REJECT_UNAUTHORIZED;

  before(async () => {
    folder = await temporaryFolder();
    certificate = join(folder.path, 'cert.pem');
    const key = join(folder.path, 'key.pem');
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '2',
        ],
        ...[
          '-subj',
          '/CN=127.0.0.1',
          '-addext',
          'subjectAltName=IP:127.0.0.1',
          '-keyout',
          key,
          '-out',
          certificate,
        ],
      ],
      { stdio: 'ignore' },
    );
    broker = await startBroker({ COUNTERSIGN_TLS_CERT: certificate, COUNTERSIGN_TLS_KEY: key });
    display = await startVirtualDisplay({ width: 320, height: 200 });
    // This process is the technician, and cannot take up a new authority once it runs; the agents check.
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    await setUpOrganisation(broker.url, broker.setUpLink);
    tess = new ApiClient(broker.url);
    await tess.signIn(PEOPLE.tess.email, PASSWORD);
  });
  after(async () => {
    if (checks === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = checks;
    await Promise.all(agents.map((agent) => agent.stop()));
    await broker.close();
    await display.stop();
    await folder.remove();
  });

  const agentWith = (code: string, env: Record<string, string>) => {
    const agent = startAgent({
      url: broker.url,
      code,
      display: display.display,
      downloads: folder.path,
      allow: 'view',
      env: { NODE_TLS_REJECT_UNAUTHORIZED: '1', ...env },
    });
    agents.push(agent);
    return agent;
  };

  it('holds a session: sign-in, signalling and a lane', async () => {
    assert.match(broker.url, /^https:/);
    assert.match(tess.cookie, /^__Host-/);
    const { id, code } = await tess.openSession();
    const technician = new TechnicianDouble(tess, id);
    const agent = agentWith(code, { NODE_EXTRA_CA_CERTS: certificate });
    await technician.sees('the computer joined', ({ status }) => status === 'joined');
    await technician.say({ type: 'session.admit' });
    await technician.sees('the session runs', ({ status }) => status === 'active');
    const lane = await technician.openLane('view');
    const [greeting] = await once(lane, 'message');
    assert.equal(String(greeting), 'RFB 003.008\n');
    technician.leave();
    assert.doesNotMatch(agent.program.output(), /fault/);
  });

  it('is not trusted by an agent that knows nobody who vouches for it', async () => {
    const { code } = await tess.openSession();
    const agent = agentWith(code, {});
    assert.equal(await agent.program.ended, EXIT.unreachable);
    assert.match(agent.program.output(), /nobody vouches for its certificate/);
  });
});
