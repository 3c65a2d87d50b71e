import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { iceServers } from '../../server/media/turn-credentials.ts';

describe('credentials for TURN', () => {
  const turn = { urls: ['turn:turn.example.com:3478'], secret: 'a secret of coturn and the broker' };

  it('end after four hours, name the session, and are signed with the shared secret', () => {
    const [server] = iceServers({ turn }, 'a session', Date.parse('2030-01-01T00:00:00Z'));
    assert.deepEqual(server?.urls, turn.urls);
    const [until, session] = server!.username.split(':');
    assert.equal(new Date(Number(until) * 1000).toISOString(), '2030-01-01T04:00:00.000Z');
    assert.equal(session, 'a session');
    const signed = createHmac('sha1', turn.secret).update(server!.username).digest('base64');
    assert.equal(server?.credential, signed);
  });

  it('are not given where no TURN server is', () =>
    assert.deepEqual(iceServers({ turn: undefined }, 'a session', 0), []));
});
