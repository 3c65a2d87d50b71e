import type { FromConsole } from '../../protocol/console-messages.ts';
import { handle } from '../../protocol/handlers.ts';
import type { Invitation, WatchedState } from '../../protocol/watching.ts';
import { demandAction, supervises } from '../access/policies.ts';
import type { SignedIn } from '../access/signed-in.ts';
import type { Clock } from '../clock.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import type { Recorder } from '../records/recorder.ts';
import { Refusal } from '../refusal.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { type Rate, TokenBucket } from '../token-bucket.ts';
import type { LiveSession } from './live-session.ts';
import { hadIt, teamsOf } from './passings.ts';
import { isOver } from './session.ts';
import { noSession, type SessionRoll } from './session-roll.ts';
import { watchedStateOf } from './session-views.ts';
import { passedOn } from './stated.ts';
import { watcherCommands } from './watcher-commands.ts';
import { watchingOf } from './watchings.ts';

/** Pages that all come back after the broker was away, or over a network that keeps breaking, stay below it. */
const FOLLOWINGS: Rate = { burst: 20, refillMs: 10_000 };

/** What signalling asks about sessions of other technicians. Each method throws a Refusal that says what to do. */
export interface WatchingService {
  /** @throws `not-found` for whoever is neither invited nor answers for its team */
  watchedState(sessionId: string, user: SignedIn): WatchedState;
  invitations(userId: string): Invitation[];
  /** Who was ever invited to it, or asked to watch it. */
  watchersOf(sessionId: string): ReadonlySet<string>;
  /** By user, of one who watches a session: the `watchingId` of now. */
  watchingId(sessionId: string, userId: string): string | undefined;
  watcherCame(sessionId: string, userId: string, connectionId: string): void;
  watcherWent(sessionId: string, userId: string, connectionId: string): void;
}

/** Those who watch, and what of a session is theirs. */
export class WatchingDesk implements WatchingService {
  readonly #roll: SessionRoll;
  readonly #clock: Clock;
  readonly #lanes: LaneRegistry;
  readonly #settings: Pick<SettingsStore, 'current'>;
  readonly #recorder: Pick<Recorder, 'append'>;

  constructor(
    roll: SessionRoll,
    parts: {
      clock: Clock;
      lanes: LaneRegistry;
      settings: Pick<SettingsStore, 'current'>;
      recorder: Pick<Recorder, 'append'>;
    },
  ) {
    this.#roll = roll;
    this.#clock = parts.clock;
    this.#lanes = parts.lanes;
    this.#settings = parts.settings;
    this.#recorder = parts.recorder;
  }

  watchedState(sessionId: string, user: SignedIn): WatchedState {
    const { live, isTheirTeam } = this.#letIn(sessionId, this.#now(user));
    return watchedStateOf(live, user.userId, isTheirTeam);
  }

  invitations(userId: string): Invitation[] {
    return this.#roll.all().flatMap(({ session }): Invitation[] => {
      const watching = watchingOf(session.watchings, userId);
      if (watching?.standing !== 'invited' || isOver(session)) return [];
      const { id: sessionId, technician, contact, reason } = session;
      const { watchingId, since: at } = watching;
      return [{ sessionId, watchingId, technician: technician.name, contact: contact.name, reason, at }];
    });
  }

  watchersOf(sessionId: string): ReadonlySet<string> {
    const watchings = Object.values(this.#roll.byId(sessionId)?.session.watchings ?? {});
    return new Set(watchings.map(({ watcher }) => watcher.userId));
  }

  watchingId(sessionId: string, userId: string): string | undefined {
    const { watchings = {} } = this.#roll.byId(sessionId)?.session ?? {};
    return watchingOf(watchings, userId)?.watchingId;
  }

  watcherCame(sessionId: string, userId: string, connectionId: string): void {
    this.#roll.byId(sessionId)?.watchers.came(userId, connectionId);
  }

  watcherWent(sessionId: string, userId: string, connectionId: string): void {
    const live = this.#roll.byId(sessionId);
    if (!live?.watchers.went(userId, connectionId)) return;
    const watchingId = this.watchingId(sessionId, userId);
    if (watchingId !== undefined)
      this.#lanes.closeWatching(sessionId, watchingId, 'lane.peer-gone', 'connection-lost');
  }

  /** What somebody says who is not its technician. */
  async take(user: SignedIn, message: FromConsole): Promise<object | undefined> {
    // Whoever it is offered to may answer that, and looks at nothing before.
    const isAnswer = message.type === 'passing.take' || message.type === 'passing.decline';
    const { live, isTheirTeam } = this.#letIn(message.sessionId, this.#now(user), isAnswer);
    return handle(watcherCommands, message, {
      live,
      lanes: this.#lanes,
      user,
      supervises: isTheirTeam,
      state: () => watchedStateOf(live, user.userId, isTheirTeam),
      recordRead: () => this.#recordRead(live, user),
    });
  }

  /** @throws Refusal `tries.too-many` with the time to come back: the room of the record is everybody's. */
  #recordRead(live: LiveSession, { userId, address }: SignedIn): Promise<unknown> {
    const followings = live.followings.get(userId) ?? new TokenBucket(FOLLOWINGS, this.#clock);
    live.followings.set(userId, followings);
    if (!followings.take()) {
      const seconds = Math.ceil(followings.waitMs() / 1000);
      const sentence = `You have opened this session very often. Try again in ${seconds} s.`;
      throw new Refusal('tries.too-many', sentence, undefined, seconds);
    }
    const read = { type: 'record.read' as const, sessionId: live.session.id, userId, address };
    return this.#recorder.append([read]);
  }

  /** What the organisation lets them read may have changed since they connected. */
  #now(user: SignedIn): SignedIn {
    return { ...user, reading: this.#settings.current().reading };
  }

  #letIn(sessionId: string, user: SignedIn, isAnswer = false): { live: LiveSession; isTheirTeam: boolean } {
    const live = this.#roll.byId(sessionId);
    if (!live || live.session.technician.userId === user.userId) throw noSession();
    const { session } = live;
    const isTheirTeam = teamsOf(session).some((team) => supervises(user, { team }));
    const isOffered = isAnswer && session.passing?.successor.userId === user.userId;
    const isInvited = watchingOf(session.watchings, user.userId) !== undefined;
    if (isOffered) return { live, isTheirTeam };
    if (!isTheirTeam && !isInvited) throw hadIt(session, user) ? passedOn(session, user) : noSession();
    demandAction(user, 'session.watch');
    return { live, isTheirTeam };
  }
}
