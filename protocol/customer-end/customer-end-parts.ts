import type { AgentKind } from '../computer.ts';
import type { LanePass } from '../lane.ts';
import type { SignedStatement } from '../proof/signed-statement.ts';
import type { Tool } from '../tool.ts';
import type { FilePlaces } from './files/file-places.ts';
import type { KeptEnd } from './kept-end.ts';
import type { CountedLane, LaneChannel } from './lane-channel.ts';
import type { MediaSignal } from './media-signal.ts';
import type { Digests, SessionKey } from './session-key.ts';
import type { SessionLinkOptions } from './session-link.ts';

/** The tools that work on what the customer sees. */
export type DesktopTool = Extract<Tool, 'view' | 'control' | 'clipboard'>;

/** Who is at the other end of a lane: somebody who watches does nothing there but look. */
export type LaneHolder = 'technician' | 'watcher';

/** What an agent does with this computer, or with what a browser lets it have of one. */
export interface CustomerDesktop {
  /** The technician's hand is on this computer: a yes may be theirs. */
  readonly foreignHand: { readonly isHere: boolean };
  /** What is shown went away. One listener, called once. */
  onLost(listener: (reason: string) => void): void;
  /** Somebody may see the screen soon. */
  prepare(): void;
  /** A text that was copied is to go: it needs a lane. Of an end whose customer sends each by a press. */
  readonly copiedTextWaits?: boolean;
  /** Serves `lane` until it closes. Rejects when this computer cannot do it. */
  serve(tool: DesktopTool, lane: LaneChannel, whose: LaneHolder): Promise<void>;
  /** Nobody may see the screen any more. */
  closeScreen(): Promise<void>;
  /** Safe to call twice. */
  close(): Promise<void>;
}

/** The customer's voice, and what they hear. */
export interface CustomerVoice {
  /** Both flow over `lane` until it closes. */
  serve(lane: LaneChannel): void;
  /** Nobody may hear the customer any more. Safe to call twice. */
  release(): void;
}

/** What differs between the agents. `Own`: a file as the customer gives one. */
export interface CustomerEndParts<Own> extends SessionLinkOptions {
  readonly kind: AgentKind;
  readonly desktop: CustomerDesktop;
  /** Absent where this end has no microphone. */
  readonly voice?: CustomerVoice | undefined;
  readonly places: FilePlaces<Own>;
  readonly digests: Digests;
  /** Of the broker's API, by its path. */
  readonly api: (path: string) => URL;
  readonly agentToken: string;
  /** Opens a lane's WebSocket; rejects when that cannot be. */
  readonly openLane: (ticket: string) => Promise<CountedLane>;
  /** Opens this end of a lane of the path `webrtc`; absent where there is none of these. */
  readonly openMedia?: ((pass: LanePass, signal: MediaSignal) => Promise<CountedLane>) | undefined;
  /** What this end signs its account with, where it joined with one. */
  readonly key?: SessionKey | undefined;
  /** Of an end that takes over from another one: what stays allowed by that one's last word, if it is that one's. */
  readonly inherits?: ((lastWord: SignedStatement) => readonly Tool[]) | undefined;
  /** Of an end that can be loaded anew. */
  readonly kept?: KeptEnd | undefined;
  /** Of such an end: it has nothing to give for this tool before its customer presses again. */
  readonly awaitsPress?: ((tool: Tool) => boolean) | undefined;
}
