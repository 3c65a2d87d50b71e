import type { CustomerEnd } from '../../../protocol/customer-end/customer-end.ts';
import { allowsTool } from '../../../protocol/customer-end/customers-hand.ts';
import { sentenceOf } from '../../../protocol/customer-end/standing.ts';
import type { CustomerYes, LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import type { NothingChosen } from '../../../protocol/surface.ts';
import type { Tool } from '../../../protocol/tool.ts';
import { t } from '../../shared/strings.ts';
import { MicrophoneMissing } from '../../shared/voice/microphone.ts';
import type { VoiceEnd } from '../../shared/voice/voice-end.ts';
import type { HelperView } from '../local/customer-link.ts';
import type { BrowserDesktop } from './browser-desktop.ts';
import { NoSurface, type ShownSurface } from './shown-surface.ts';

/** What the browser is asked for with a yes: something to show, and the microphone. It asks its person itself, and only in answer to a press. */
export class AskingBrowser {
  readonly #end: CustomerEnd<File>;
  readonly #desktop: BrowserDesktop;
  readonly #voice: VoiceEnd;
  readonly #changed: () => void;
  #isChoosing = false;
  /** The yes for which the browser asks for the microphone now. */
  #waitsForMicrophone: CustomerYes | undefined;
  #what: HelperView['browserAsks'];

  constructor(end: CustomerEnd<File>, desktop: BrowserDesktop, voice: VoiceEnd, changed: () => void) {
    this.#end = end;
    this.#desktop = desktop;
    this.#voice = voice;
    this.#changed = changed;
  }

  /** What it asks its person for now. */
  get what(): HelperView['browserAsks'] {
    return this.#what;
  }

  isNeededFor(command: LocalCommand): command is CustomerYes {
    return this.#needsScreen(command) || this.#needsMicrophone(command);
  }

  /** The session changed: what was chosen for a question that closed while the browser asks for the microphone is shown to nobody. */
  follow(): void {
    const yes = this.#waitsForMicrophone;
    if (yes && this.#desktop.surface && !this.#isWanted(yes, 'view')) void this.#desktop.closeScreen();
  }

  /** What the customer pressed holds once the browser has given everything for it; until then nothing is answered. */
  async allow(yes: CustomerYes): Promise<void> {
    if (this.#isChoosing) return;
    this.#isChoosing = true;
    this.#end.forgetProblem();
    const needsMicrophone = this.#needsMicrophone(yes);
    try {
      // First: it asks only shortly after the press.
      const chosen = this.#needsScreen(yes) ? await this.#chooseFor(yes) : undefined;
      if (chosen === 'nothing') return;
      if (needsMicrophone && this.#isWanted(yes, 'voice') && !(await this.#takeMicrophone(yes))) {
        // Shown without a yes to it, it would outlive its question.
        if (chosen) await this.#desktop.closeScreen();
        return;
      }
      const isLetGo = chosen !== undefined && this.#desktop.surface !== chosen;
      if (isLetGo && this.#isWanted(yes, 'view')) {
        // Stopped at the browser's own bar while it asked for the microphone.
        if (needsMicrophone) this.#voice.release();
        await this.#tellNothing('not-chosen', yes);
        return;
      }
      // Too late, it says so itself.
      this.#end.command(yes, 'person');
      if (needsMicrophone && !this.#end.allows('voice')) this.#voice.release();
      if (chosen && !isLetGo) await this.#tell(chosen);
    } catch (error) {
      this.#end.complain(sentenceOf(error));
    } finally {
      this.#isChoosing = false;
      this.#changed();
    }
  }

  async #chooseFor(yes: CustomerYes): Promise<ShownSurface | 'nothing' | undefined> {
    try {
      return await this.#ask('screen', () => this.#desktop.choose(() => this.#isWanted(yes, 'view')));
    } catch (error) {
      if (!(error instanceof NoSurface)) throw error;
      await this.#tellNothing(error.reason, yes);
      return 'nothing';
    }
  }

  async #takeMicrophone(yes: CustomerYes): Promise<boolean> {
    this.#waitsForMicrophone = yes;
    try {
      await this.#ask('microphone', () => this.#voice.takeMicrophone());
      return true;
    } catch (error) {
      if (!(error instanceof MicrophoneMissing)) throw error;
      this.#end.complain(t.voice.notYet[error.reason]);
      const state = this.#end.state();
      if (state && isOpen(yes, state)) await this.#end.tellNoMicrophone(error.reason);
      return false;
    } finally {
      this.#waitsForMicrophone = undefined;
    }
  }

  /** Something else than before, or again after the page was loaded anew. */
  async choose(): Promise<void> {
    if (this.#isChoosing) return;
    this.#isChoosing = true;
    this.#end.forgetProblem();
    try {
      const chosen = await this.#ask('screen', () =>
        this.#desktop.choose(() => this.#isWanted(undefined, 'view')),
      );
      if (chosen) await this.#tell(chosen);
    } catch (error) {
      if (error instanceof NoSurface) await this.#tellNothing(error.reason, undefined);
      else this.#end.complain(sentenceOf(error));
    } finally {
      this.#isChoosing = false;
      this.#changed();
    }
  }

  async #ask<Given>(what: 'screen' | 'microphone', ask: () => Promise<Given>): Promise<Given> {
    // First: the browser asks only in the press.
    const given = ask();
    this.#what = what;
    this.#changed();
    try {
      return await given;
    } finally {
      this.#what = undefined;
      this.#changed();
    }
  }

  /** While the browser asked, the question may have closed, the tool been taken back, or the session ended. */
  #isWanted(yes: CustomerYes | undefined, tool: Tool): boolean {
    const state = this.#end.state();
    if (state === undefined || state.link === 'over') return false;
    return this.#end.allows(tool) || yes?.type === 'tool.allow' || isOpen(yes, state);
  }

  async #tell(chosen: ShownSurface): Promise<void> {
    try {
      await this.#end.surface.shared(chosen.surface);
    } catch (error) {
      // What is not shown any more needs no word; and what the broker does not take down is not shown.
      if (this.#desktop.surface !== chosen) return;
      await this.#desktop.closeScreen();
      throw error;
    }
  }

  /** The broker is told of a question that nothing came of; what is shown already goes on. */
  async #tellNothing(reason: NothingChosen, yes: CustomerYes | undefined): Promise<void> {
    const text = t.customer.browser;
    const state = this.#end.state();
    const isShown = this.#desktop.surface !== undefined;
    this.#end.complain(isShown ? text.goesOn[reason] : text.nothingShown[reason]);
    if (isShown || state === undefined || !isOpen(yes, state)) return;
    // Only what the technician reads is lost with it.
    await this.#end.surface.refused(reason).catch(() => {});
  }

  #needsScreen(command: LocalCommand): command is CustomerYes {
    return allowsTool(command, 'view') && this.#desktop.surface === undefined;
  }

  #needsMicrophone(command: LocalCommand): command is CustomerYes {
    return allowsTool(command, 'voice') && !this.#voice.hasMicrophone;
  }
}

/** The question that this answers waits for it still. */
const isOpen = (yes: CustomerYes | undefined, { session }: LocalState): boolean =>
  yes?.type === 'consent.answer' && session.pending.some(({ requestId }) => requestId === yes.requestId);
