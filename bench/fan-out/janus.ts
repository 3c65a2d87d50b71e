import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../../test/support/free-port.ts';
import { startProgram } from '../../test/support/program.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { until } from '../../test/support/until.ts';
import type { Forwarder } from './forwarder.ts';
import { STREAM } from './rtp-stream.ts';

const LIBRARIES = '/usr/lib/x86_64-linux-gnu/janus';
const PLUGIN = 'janus.plugin.videoroom';

const Made = z.looseObject({ data: z.looseObject({ id: z.number() }) });
const Answered = z.looseObject({
  plugindata: z.looseObject({ data: z.looseObject({ videoroom: z.string(), port: z.number().optional() }) }),
});

/** Debian's Janus with its VideoRoom alone: a publisher of plain RTP, as from another Janus, whose stream is forwarded. */
export async function startJanus(): Promise<Forwarder> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const empty = join(folder.path, 'none');
  await mkdir(empty);
  await writeFile(
    join(folder.path, 'janus.jcfg'),
    `general: {
      configs_folder = "${folder.path}"
      plugins_folder = "${LIBRARIES}/plugins"
      transports_folder = "${LIBRARIES}/transports"
      events_folder = "${empty}"
      loggers_folder = "${empty}"
      debug_level = 3
      session_timeout = 0
    }
    nat: { ice_lite = true }
    plugins: { disable = "${libraries(['audiobridge', 'duktape', 'echotest', 'lua', 'nosip', 'recordplay', 'sip', 'streaming', 'textroom', 'videocall', 'voicemail'])}" }
    transports: { disable = "${libraries(['mqtt', 'nanomsg', 'pfunix', 'rabbitmq', 'websockets'])}" }`,
  );
  await writeFile(
    join(folder.path, 'janus.transport.http.jcfg'),
    `general: { json = "compact" base_path = "/janus" http = true port = ${port} ip = "127.0.0.1" https = false }
    admin: { admin_http = false }`,
  );
  await writeFile(join(folder.path, `${PLUGIN}.jcfg`), 'general: { }');
  const program = startProgram('janus', ['--disable-colors', `--configs-folder=${folder.path}`]);
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/janus/info`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('Janus answers', answers);

  const say = async (path: string, message: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}/janus${path}`, {
      method: 'POST',
      body: JSON.stringify({ ...message, transaction: 'bench' }),
    });
    return response.json();
  };
  const session = Made.parse(await say('', { janus: 'create' })).data.id;
  const handle = Made.parse(await say(`/${session}`, { janus: 'attach', plugin: PLUGIN })).data.id;
  const ask = async (body: object) => {
    const answer = await say(`/${session}/${handle}`, { janus: 'message', body });
    const { data } = Answered.parse(answer).plugindata;
    if ('error' in data) throw new Error(`Janus: ${String(data.error)}`);
    return data;
  };

  let rooms = 0;
  return {
    pid: program.process.pid!,
    async publish() {
      rooms += 1;
      // A room goes with its publisher a moment after it was destroyed: the next one is another.
      const [room, id] = [rooms, rooms];
      await ask({ request: 'create', room, publishers: 1, videocodec: 'vp8', bitrate: 0 });
      const streams = [{ type: 'video', mid: '0', mindex: 0, codec: 'vp8' }];
      const publisher = await ask({ request: 'add_remote_publisher', room, id, streams });
      return {
        port: publisher.port!,
        async watch(to) {
          await ask({
            request: 'rtp_forward',
            room,
            publisher_id: id,
            host: '127.0.0.1',
            host_family: 'ipv4',
            streams: [{ mid: '0', port: to, pt: STREAM.payloadType }],
            srtp_suite: 80,
            srtp_crypto: randomBytes(30).toString('base64'),
          });
        },
        async close() {
          await ask({ request: 'destroy', room });
        },
      };
    },
    async close() {
      await program.stop();
      await folder.remove();
    },
  };
}

const libraries = (names: readonly string[]): string => names.map((name) => `libjanus_${name}.so`).join();
