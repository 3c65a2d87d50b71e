import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { handle } from '../protocol/handlers.ts';
import { createAccess } from './access/access.ts';
import { nameOrganisation } from './access/organisation-name.ts';
import { controlHandlers } from './cli/control-commands.ts';
import { claimDataFolder } from './cli/control-socket.ts';
import type { Clock } from './clock.ts';
import { type Config, keySources } from './config.ts';
import { createApp } from './http/app.ts';
import { openServer } from './http/open-server.ts';
import { Lanes } from './lanes/lanes.ts';
import type { Logger } from './log.ts';
import { startMedia } from './media/start-media.ts';
import { finishRestore } from './records/backup/restored-files.ts';
import { recordAlarms, warnOfDamage } from './records/damage-at-start.ts';
import { DamagedRows } from './records/damaged-rows.ts';
import { RecordKeeping } from './records/keeping.ts';
import { openRecords, recordsFile } from './records/open-records.ts';
import { settleRules } from './records/recorded-rules.ts';
import { Retention } from './records/retention.ts';
import { LogVerifications } from './records/verify/log-verifications.ts';
import { LiveSessions } from './sessions/live-sessions.ts';
import { openSettings } from './settings/settings-store.ts';
import { attachSignalling } from './signalling/signalling.ts';
import { openWitness } from './witness/open-witness.ts';
import { CheckpointPublisher } from './witness/publisher.ts';

const CONSOLE_FOLDER = fileURLToPath(new URL('../console/dist', import.meta.url));
const AGENT_PACKAGE = fileURLToPath(new URL('../agent/dist/countersign-agent.tgz', import.meta.url));
export interface Broker {
  /** Where people reach it. */
  readonly url: string;
  /** Where it really listens. */
  readonly port: number;
  /** For the first administrator; undefined once there is a user. */
  readonly setUpLink: string | undefined;
  /** Key files that were made just now. */
  readonly madeKeyFiles: readonly string[];
  /** Takes no more connections, lets sessions keep their grace period, makes everything durable, closes. */
  close(): Promise<void>;
}

export interface BrokerParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Builds every part of the broker, in the order in which they need each other, and listens.
 * @throws ConfigError, KeyProblem, DataFolderInUse, Refusal: with a message for whoever starts it.
 */
export async function compose({ config, clock, log }: BrokerParts): Promise<Broker> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const claim = await claimDataFolder(config.dataDir);
    closers.push(() => claim.release());

    await finishRestore(config.dataDir);
    const settings = await openSettings(config.dataDir);
    let grown = () => {};
    const sources = keySources(config);
    const damagedRows = new DamagedRows(clock);
    const records = await openRecords({
      ...sources,
      dataDir: config.dataDir,
      clock,
      settings,
      onCheckpoint: () => grown(),
      ...recordAlarms(log, damagedRows),
      onDeath: (error) => log.error({ err: error }, 'a thread of the record store died'),
      onTrouble: (failure) =>
        failure === undefined
          ? log.warn('the record can be written again')
          : log.error({ failure }, 'the record cannot be written: nothing is done until it can'),
    });
    const { store, keys } = records;
    closers.push(() => store.close());
    await settleRules(store, settings, log);
    // Beside the start: nobody waits for it, and it is over before the store closes.
    const looked = warnOfDamage({ store, file: recordsFile(config.dataDir), log });
    closers.push(() => looked);

    const witnesses = new CheckpointPublisher({
      witnesses: config.witnesses.map((address) => openWitness(address, clock)),
      transparency: store,
      clock,
      log,
    });
    grown = witnesses.grown;
    witnesses.grown();
    closers.push(() => witnesses.close());

    const retention = new Retention({ store, settings, clock, log });
    closers.push(() => retention.close());
    const keeping = new RecordKeeping({
      dataDir: config.dataDir,
      sources,
      records,
      settings,
      clock,
    });
    closers.push(() => keeping.close());

    const verifications = new LogVerifications({
      database: { file: recordsFile(config.dataDir), key: keys.dataKey },
      recorder: store,
      clock,
      log,
    });
    closers.push(() => verifications.close());

    let publicUrl = config.publicUrl;
    const url = () => publicUrl ?? '';
    if (config.mediaMissing) log.warn(config.mediaMissing);
    const media = config.media && (await startMedia({ settings: config.media, clock, log }));
    closers.push(() => media?.workers.close());
    const lanes = new Lanes(clock, log, media?.rooms);
    const sessions = new LiveSessions({
      recorder: store,
      clock,
      lanes,
      settings,
      accounts: store,
      log,
      codeKey: keys.deriveKey('code'),
      publicUrl: url,
      agentPackagePath: await agentPackagePath(),
    });
    closers.push(() => sessions.close());
    media?.workers.onChange(() => sessions.mediaChanged());
    await sessions.resume(await store.openSessions());

    const listening = await openServer(config);
    const { server, port } = listening;
    closers.push(() => listening.stop());
    // Before that: the server waits for the sockets of open lanes.
    closers.push(() => lanes.close());
    publicUrl ??= listening.ownUrl;
    const origins = config.publicUrl ? [config.publicUrl] : listening.localOrigins;

    const access = createAccess({
      accounts: store,
      recorder: store,
      settings,
      clock,
      cookieSecret: Buffer.from(keys.deriveKey('cookie')).toString('base64url'),
      secure: publicUrl.startsWith('https:'),
      trustProxy: config.trustProxy,
    });
    closers.push(() => access.close());

    const app = createApp({
      access,
      sessions,
      records: store,
      settings,
      retention,
      damagedRows,
      verifications,
      witnesses: () => witnesses.states(),
      media: () => (media?.workers.ready ? 'ready' : 'none'),
      metricSources: {
        sessions: () => sessions.counts(),
        lanes: () => lanes.openByTool(),
        relayedBytes: () => lanes.relayedBytes(),
        media: () => media?.workers.counts() ?? { alive: 0, died: 0, rooms: 0 },
      },
      publicUrl,
      origins,
      trustProxy: config.trustProxy,
      consoleFolder: CONSOLE_FOLDER,
      agentPackage: AGENT_PACKAGE,
      clock,
      log,
    });
    closers.push(() => app.close());

    const signalling = attachSignalling(server, {
      sessions,
      lanes,
      identify: access.identify,
      addressOf: access.addressOf,
      origins: () => origins,
      clock,
      log,
    });
    closers.push(() => signalling.close());
    access.endedSignIns.listen(({ signInIds, disabledUserId, allOfUserId }) => {
      for (const id of signInIds) signalling.closeSignIn(id);
      if (allOfUserId !== undefined) signalling.closeSignInsOf(allOfUserId);
      if (disabledUserId === undefined) return;
      sessions
        .endSessionsOf(disabledUserId)
        .catch((error: unknown) =>
          log.error({ err: error }, 'sessions of a disabled user could not be ended'),
        );
    });
    settings.onChange(({ reading }) => signalling.readingChanged(reading));
    server.on('request', app.handler);

    claim.serve(
      (command) =>
        handle(controlHandlers, command, {
          access,
          nameOrganisation: (name, by) => nameOrganisation({ recorder: store, settings }, name, by),
          runRetention: (options) => retention.run(options),
          keeping,
        }),
      (error) => log.error({ err: error }, 'a command of the command line failed'),
    );
    retention.start();

    const token = await access.setUp.token();
    return {
      url: publicUrl,
      port,
      setUpLink: token === undefined ? undefined : `${publicUrl}/set-up?token=${token}`,
      madeKeyFiles: records.madeKeyFiles,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A name that changes with the agent, where it has been packed. */
async function agentPackagePath(): Promise<string> {
  const content = await readFile(AGENT_PACKAGE).catch(() => undefined);
  if (content === undefined) return '/agent.tgz';
  return `/agent-${createHash('sha256').update(content).digest('hex').slice(0, 12)}.tgz`;
}
