import { allowsTool } from '../../../protocol/customer-end/customers-hand.ts';
import { type CustomerYes, type LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import { type Store, WritableStore } from '../../shared/store.ts';
import { t } from '../../shared/strings.ts';
import { MicrophoneMissing } from '../../shared/voice/microphone.ts';
import type { CustomerLink, HelperView, SendOutcome } from './customer-link.ts';
import { parsed } from './parsed.ts';
import type { VoiceHere } from './voice-here.ts';

/** What this file needs of a WebSocket. */
export type Socket = Pick<
  WebSocket,
  'send' | 'close' | 'readyState' | 'onopen' | 'onmessage' | 'onclose' | 'onerror'
>;

const FIRST_RETRY_MS = 300;
const LAST_RETRY_MS = 3000;

/** The live connection to the agent that served this page. It comes back by itself until the session is over. */
export class HelperLink implements CustomerLink {
  readonly #view = new WritableStore<HelperView>({ helper: 'connecting', state: undefined });
  readonly view: Store<HelperView> = this.#view;
  readonly #connect: () => Socket;
  #socket: Socket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #retryMs = FIRST_RETRY_MS;
  #closed = false;
  /** A Stop that found the agent silent: it goes out first when it answers again. */
  #stop: LocalCommand | undefined;
  readonly #voice: VoiceHere | undefined;
  /** What went wrong in this page itself, until the customer does something else. */
  #problem: string | undefined;
  /** As the agent pushed it last. */
  #pushed: LocalState | undefined;
  #isAsking = false;

  /** `connect` opens `/<secret>/live` of the agent. */
  constructor(connect: () => Socket, voice?: VoiceHere) {
    this.#connect = connect;
    this.#voice = voice;
    this.#open();
  }

  send(command: LocalCommand): boolean {
    this.#voice?.end.wake();
    const isHeard = this.#tell(command);
    // Whether the program hears it or not.
    if (endsVoice(command)) this.#voice?.release();
    return isHeard;
  }

  /** The browser reads it from disk as the agent takes it. Its way on to the technician shows in the pushed state. */
  async sendFile(file: File): Promise<SendOutcome> {
    try {
      const response = await fetch(`files?name=${encodeURIComponent(file.name)}`, {
        method: 'PUT',
        body: file,
      });
      if (response.status === 403) return 'refused';
      return response.ok ? 'sent' : 'failed';
    } catch {
      // The agent went away, or the file was changed or removed while it was read.
      return 'failed';
    }
  }

  async receipt(): Promise<string | undefined> {
    try {
      const answer = await fetch('receipt.json');
      return answer.ok ? await answer.text() : undefined;
    } catch {
      return undefined; // the agent went away in this moment: what it said last stays shown
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  #open(): void {
    const socket = this.#connect();
    this.#socket = socket;
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(data);
    socket.onclose = () => this.#lost(socket);
    // Without a listener the browser prints it only; `onclose` follows and decides.
    socket.onerror = () => {};
  }

  #receive(data: unknown): void {
    const state = LocalState.safeParse(parsed(data));
    // Page and agent are of one version: what does not parse is a defect there, and the last good state stays true.
    if (!state.success) return;
    this.#retryMs = FIRST_RETRY_MS;
    this.#pushed = state.data;
    this.#show(state.data);
    if (this.#stop !== undefined) {
      this.#socket?.send(JSON.stringify(this.#stop));
      this.#stop = undefined;
    }
  }

  #tell(command: LocalCommand): boolean {
    if (this.#view.get().helper !== 'here' || this.#socket === undefined) {
      if (command.type === 'stop') this.#stop = command;
      return false;
    }
    this.#problem = undefined;
    if (this.#pushed) this.#show(this.#pushed);
    if (this.#voice && allowsTool(command, 'voice')) void this.#talk(this.#voice, command);
    // Letting go says it; said twice it would be decided twice.
    else if (command.type !== 'tool.stop' || command.tool !== 'voice' || !this.#voice?.isCarrying)
      this.#socket.send(JSON.stringify(command));
    return true;
  }

  /** A yes to the voice goes with the page that will carry it, once the browser has given it a microphone. */
  async #talk(voice: VoiceHere, yes: CustomerYes): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      await voice.carry(yes);
    } catch (error) {
      const { reason } = error instanceof MicrophoneMissing ? error : ({ reason: 'not-possible' } as const);
      this.#problem = t.voice.notYet[reason];
      if (this.#pushed) this.#show(this.#pushed);
      this.#socket?.send(JSON.stringify({ type: 'microphone.refused', reason }));
    } finally {
      this.#isAsking = false;
    }
  }

  #show(state: LocalState): void {
    const problem = this.#problem ?? state.problem;
    this.#view.set({ helper: 'here', state: { ...state, ...(problem === undefined ? {} : { problem }) } });
  }

  #lost(socket: Socket): void {
    if (this.#closed || socket !== this.#socket) return;
    const { helper, state } = this.#view.get();
    // After the end the agent leaves: that is no break.
    if (state?.link === 'over' || state?.session.endedAt !== undefined) return;
    if (helper === 'here') this.#view.set({ helper: 'lost', state });
    this.#voice?.release();
    this.#retry = setTimeout(() => this.#open(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }
}

/** It holds here before the program hears of it. */
const endsVoice = (command: LocalCommand): boolean =>
  command.type === 'stop' || (command.type === 'tool.stop' && command.tool === 'voice');
