import assert from 'node:assert/strict';
import { ConfigError, readConfig } from '../../server/config.ts';

describe('configuration', () => {
  it('has a default for everything', () => {
    const config = readConfig({ HOME: '/home/somebody' });
    assert.equal(config.host, '127.0.0.1');
    assert.equal(config.port, 8480);
    assert.match(config.dataDir, /data$/);
    assert.equal(config.tls, undefined);
  });

  it('keeps the key apart from the data folder', () => {
    const config = readConfig({ COUNTERSIGN_DATA_DIR: '/srv/countersign' });
    assert(!config.keyFile.startsWith(config.dataDir));
  });

  it('lets media listen where the broker does, one port further', () => {
    const here = readConfig({}).media;
    assert.deepEqual(
      [here?.listenIp, here?.announcedAddress, here?.firstPort],
      ['127.0.0.1', undefined, 8481],
    );
    const everywhere = readConfig({
      COUNTERSIGN_HOST: '0.0.0.0',
      COUNTERSIGN_PORT: '443',
      COUNTERSIGN_PUBLIC_URL: 'https://support.example.com',
    }).media;
    assert.deepEqual(
      [everywhere?.listenIp, everywhere?.announcedAddress, everywhere?.firstPort],
      ['0.0.0.0', 'support.example.com', 444],
    );
    assert.equal(readConfig({ COUNTERSIGN_PORT: '0' }).media?.firstPort, 0);
    assert.equal(readConfig({ COUNTERSIGN_MEDIA: 'off' }).media, undefined);
    assert.equal(here?.isPortGiven, false);
    assert.equal(readConfig({ COUNTERSIGN_MEDIA_PORT: '9000' }).media?.isPortGiven, true);
  });

  it('starts no media that browsers are told to look for on their own machine, and says what to set', () => {
    const proxied = { COUNTERSIGN_PUBLIC_URL: 'https://support.example.com' };
    for (const env of [
      proxied,
      { ...proxied, COUNTERSIGN_HOST: 'localhost' },
      { ...proxied, COUNTERSIGN_HOST: '::1' },
    ]) {
      const { media, mediaMissing } = readConfig(env);
      assert.equal(media, undefined);
      assert.match(mediaMissing ?? '', /Set COUNTERSIGN_MEDIA_HOST/);
    }
    for (const env of [
      {},
      { COUNTERSIGN_PUBLIC_URL: 'http://localhost:8480' },
      { ...proxied, COUNTERSIGN_HOST: '10.0.0.7' },
      { ...proxied, COUNTERSIGN_MEDIA_HOST: '10.0.0.7' },
      { ...proxied, COUNTERSIGN_MEDIA_ADDRESS: 'media.example.com' },
    ]) {
      const { media, mediaMissing } = readConfig(env);
      assert.deepEqual([media !== undefined, mediaMissing], [true, undefined], JSON.stringify(env));
    }
    assert.equal(readConfig({ ...proxied, COUNTERSIGN_MEDIA: 'off' }).mediaMissing, undefined);
  });

  it('is frozen', () => assert(Object.isFrozen(readConfig({}))));

  it('counts an empty variable as absent', () =>
    assert.equal(readConfig({ COUNTERSIGN_PORT: '' }).port, 8480));

  for (const [name, value, expected] of [
    ['COUNTERSIGN_PORT', 'http', /COUNTERSIGN_PORT: a port number from 0 to 65535/],
    ['COUNTERSIGN_PORT', '65536', /COUNTERSIGN_PORT: a port number from 0 to 65535/],
    ['COUNTERSIGN_PUBLIC_URL', 'support.example.com', /COUNTERSIGN_PUBLIC_URL: an address such as/],
    [
      'COUNTERSIGN_PUBLIC_URL',
      'https://example.com/support',
      /COUNTERSIGN_PUBLIC_URL: an address without a path/,
    ],
    ['COUNTERSIGN_LOG_LEVEL', 'loud', /COUNTERSIGN_LOG_LEVEL: must be one of .*info.*, not "loud"/],
    ['COUNTERSIGN_TRUST_PROXY', 'banana', /COUNTERSIGN_TRUST_PROXY: how many proxies.*, not "banana"/],
    ['COUNTERSIGN_PROT', '80', /There is no setting COUNTERSIGN_PROT. There are: .*COUNTERSIGN_PORT/],
    ['COUNTERSIGN_TLS_CERT', '/etc/cert.pem', /COUNTERSIGN_TLS_KEY: give both or none/],
    ['COUNTERSIGN_KEY', 'c2hvcnQ=', /COUNTERSIGN_KEY: 32 bytes in base64/],
    ['COUNTERSIGN_SIGNING_KEY', 'c2hvcnQ=', /COUNTERSIGN_SIGNING_KEY: 32 bytes in base64, .* makes$/],
    ['COUNTERSIGN_MEDIA', 'maybe', /COUNTERSIGN_MEDIA: must be one of .*on.*off.*, not "maybe"/],
    ['COUNTERSIGN_MEDIA_HOST', 'media.example.com', /COUNTERSIGN_MEDIA_HOST: an IP address of this machine/],
    ['COUNTERSIGN_MEDIA_ADDRESS', 'http://here', /COUNTERSIGN_MEDIA_ADDRESS: an address or a name, without/],
    ['COUNTERSIGN_MEDIA_PORT', '70000', /COUNTERSIGN_MEDIA_PORT: a port number from 0 to 65535/],
    ['COUNTERSIGN_MEDIA_TURN', 'turn.example.com', /COUNTERSIGN_MEDIA_TURN: addresses of TURN servers/],
    ['COUNTERSIGN_MEDIA_TURN', 'turn:turn.example.com', /COUNTERSIGN_MEDIA_TURN_SECRET: give both or none/],
    ['COUNTERSIGN_MEDIA_TURN_SECRET', 'short', /COUNTERSIGN_MEDIA_TURN_SECRET: at least 16 characters$/],
    ['COUNTERSIGN_DATABASE_URL', 'postgres://db', /COUNTERSIGN_DATABASE_URL: PostgreSQL is not supported/],
    ['COUNTERSIGN_REDIS_URL', 'redis://cache', /COUNTERSIGN_REDIS_URL: Redis is not supported/],
  ] as const) {
    it(`says what is wrong with ${name}=${value}`, () => {
      assert.throws(() => readConfig({ [name]: value }), { name: ConfigError.name, message: expected });
    });
  }

  it('takes the key itself in place of a file, and not both', () => {
    const key = Buffer.alloc(32, 7).toString('base64');
    assert.equal(readConfig({ COUNTERSIGN_KEY: key }).key, key);
    assert.throws(
      () => readConfig({ COUNTERSIGN_KEY: key, COUNTERSIGN_KEY_FILE: '/etc/countersign/key' }),
      /give only one of them/,
    );
  });

  it('looks for keys among the credentials of systemd, where no key file was named', () => {
    const CREDENTIALS_DIRECTORY = '/run/credentials/countersign.service';
    const found = readConfig({ CREDENTIALS_DIRECTORY });
    assert.equal(found.keyCredential, `${CREDENTIALS_DIRECTORY}/countersign-key`);
    assert.equal(found.signingKeyCredential, `${CREDENTIALS_DIRECTORY}/countersign-signing-key`);
    const named = readConfig({
      CREDENTIALS_DIRECTORY,
      COUNTERSIGN_KEY_FILE: '/etc/key',
      COUNTERSIGN_SIGNING_KEY_FILE: '/etc/signing-key',
    });
    assert.deepEqual([named.keyCredential, named.signingKeyCredential], [undefined, undefined]);
  });

  it('names every variable that does not fit at once', () => {
    assert.throws(
      () => readConfig({ COUNTERSIGN_PORT: 'x', COUNTERSIGN_LOG_LEVEL: 'y' }),
      /PORT[\s\S]*LOG_LEVEL/,
    );
  });
});
