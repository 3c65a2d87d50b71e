import type { LanePass } from '../lane.ts';
import type { Tool } from '../tool.ts';
import type { Account } from './account.ts';
import type { Chat } from './chat.ts';
import type { CustomerDesktop, CustomerEndParts, CustomerVoice } from './customer-end-parts.ts';
import type { SessionFiles } from './files/session-files.ts';
import type { LaneChannel } from './lane-channel.ts';
import { type LaneOf, type LaneRules, Lanes } from './lanes.ts';
import type { SignalledMedia } from './media-signal.ts';
import { isGranted } from './own-grants.ts';
import type { SessionLink } from './session-link.ts';
import type { Standing } from './standing.ts';
import type { ToldSurface } from './told-surface.ts';
import type { Watchers } from './watchers.ts';

interface ServedToolsParts<Own> {
  readonly standing: Standing;
  readonly link: SessionLink;
  readonly media: SignalledMedia;
  readonly account: Account;
  readonly watchers: Watchers;
  readonly desktop: CustomerDesktop;
  readonly voice: CustomerVoice | undefined;
  readonly surface: ToldSurface;
  readonly chat: Chat;
  readonly files: SessionFiles<Own>;
  readonly kept: CustomerEndParts<Own>['kept'];
  readonly openLane: CustomerEndParts<Own>['openLane'];
  readonly openMedia: CustomerEndParts<Own>['openMedia'];
  readonly awaitsPress: CustomerEndParts<Own>['awaitsPress'];
  /** The customer's own answer, whatever the broker knows of it. */
  readonly allows: (tool: Tool) => boolean;
}

/** Gives each lane to the part of this end that serves its tool, for as long as the customer allows it. */
export class ServedTools<Own> {
  readonly lanes: Lanes;
  readonly #parts: ServedToolsParts<Own>;

  constructor(parts: ServedToolsParts<Own>) {
    this.#parts = parts;
    const { standing, link, media, account, kept, openLane, openMedia } = parts;
    const rules: LaneRules = {
      connect: (pass) => (pass.path && openMedia ? openMedia(pass, media) : openLane(pass.ticket)),
      serve: (of, lane) => this.#serve(of, lane),
      requestPass: (tool) => link.askForLane(tool),
      wantAgain: () => this.openWanted(),
      allows: (of) => this.#letsUse(of),
      changed: () => standing.changed(),
      opened: (tool, laneId) => account.say({ type: 'tool.started', tool, laneId }),
      closed: (tool, laneId, bytes) => account.say({ type: 'tool.stopped', tool, laneId, ...bytes }),
    };
    this.lanes = new Lanes(rules, kept?.used);
  }

  /** They may not be used any more. */
  close(tools: readonly Tool[]): void {
    const { standing, voice, watchers, surface, desktop } = this.#parts;
    for (const tool of tools) this.lanes.withdraw(tool);
    if (tools.includes('voice')) voice?.release();
    if (tools.includes('view')) {
      // Who watches was allowed to see what is shown now: of another time they are asked about anew.
      watchers.withdrawAll();
      surface.forget();
      standing.inBackground(desktop.closeScreen());
    }
    if (tools.length > 0) standing.changed();
  }

  /**
   * An end that was loaded anew says what is allowed still, and waits for another press. Only what the technician reads is
   * lost with it.
   */
  tellAwaited(): void {
    const { link, surface, allows, awaitsPress } = this.#parts;
    const reason = 'loaded-anew';
    const awaits = (tool: Tool) => awaitsPress?.(tool) && allows(tool);
    if (awaits('view')) surface.refused(reason).catch(() => {});
    if (awaits('voice')) link.send({ type: 'microphone.refused', reason }).catch(() => {});
  }

  /** A lane over which nothing could go stays closed: what is open is in use, here, there and in the record. */
  offered(pass: LanePass): void {
    if (!this.#parts.awaitsPress?.(pass.tool)) this.#parts.standing.inBackground(this.lanes.open(pass));
  }

  /** Lanes that this end has something for. While the broker is away nothing happens: its next state comes here again. */
  openWanted(): void {
    const { standing, link, chat, files, desktop, allows, awaitsPress } = this.#parts;
    const { session, isOver } = standing;
    if (isOver || link.status !== 'online' || session?.status !== 'active') return;
    const wanted: [Tool, boolean][] = [
      ['chat', chat.waiting],
      ['file-download', files.waiting],
      ['clipboard', desktop.copiedTextWaits ?? false],
      // The technician does not ask for it until then.
      [
        'voice',
        session.voice?.noMicrophone === 'loaded-anew' && !session.voice.obstacle && !awaitsPress?.('voice'),
      ],
    ];
    for (const [tool, waiting] of wanted)
      if (waiting && allows(tool) && isGranted(session, tool)) standing.inBackground(this.lanes.want(tool));
  }

  #letsUse({ tool, watchingId }: LaneOf): boolean {
    const { allows, watchers } = this.#parts;
    return allows(tool) && (watchingId === undefined || watchers.allows(watchingId));
  }

  async #serve({ tool, watchingId }: LaneOf, lane: LaneChannel): Promise<void> {
    const { desktop, chat, voice, files } = this.#parts;
    switch (tool) {
      case 'view':
      case 'control':
      case 'clipboard':
        await desktop.serve(tool, lane, watchingId === undefined ? 'technician' : 'watcher');
        break;
      case 'chat':
        chat.attach(lane);
        break;
      case 'voice':
        if (!voice) throw new Error('There is no microphone here.');
        voice.serve(lane);
        break;
      case 'file-upload':
      case 'file-download':
        files.attach(tool, lane);
        break;
    }
  }
}
