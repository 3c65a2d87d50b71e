import type { AnswerMode } from '../consent.ts';
import type { LocalCommand } from '../local-page.ts';
import type { Tool } from '../tool.ts';
import type { NoMicrophone } from '../voice.ts';
import type { Answers } from './answers.ts';
import type { Chat } from './chat.ts';
import type { CustomerDesktop } from './customer-end-parts.ts';
import { givesMore, NotTheCustomer, notYourHand, notYourWords } from './customers-hand.ts';
import type { EndOfSession } from './end-of-session.ts';
import type { SessionFiles } from './files/session-files.ts';
import type { HandingOver } from './handing-over.ts';
import type { OwnGrants } from './own-grants.ts';
import type { Passings } from './passings.ts';
import type { ServedTools } from './served-tools.ts';
import type { SessionLink } from './session-link.ts';
import type { Standing } from './standing.ts';
import type { Watchers } from './watchers.ts';

interface CustomersCommandsParts<Own> {
  readonly standing: Standing;
  readonly link: SessionLink;
  readonly foreignHand: CustomerDesktop['foreignHand'];
  readonly grants: OwnGrants;
  readonly answers: Answers;
  readonly watchers: Watchers;
  readonly passings: Passings;
  readonly chat: Chat;
  readonly files: SessionFiles<Own>;
  readonly handingOver: HandingOver;
  readonly tools: ServedTools<Own>;
  readonly end: EndOfSession;
}

/** Takes what the customer answers, stops and says to the part of this end that does it, when it is the customer who does. */
export class CustomersCommands<Own> {
  readonly #parts: CustomersCommandsParts<Own>;

  constructor(parts: CustomersCommandsParts<Own>) {
    this.#parts = parts;
  }

  /** @returns whether it was taken up. */
  take(command: LocalCommand, mode: AnswerMode): boolean {
    const { standing, answers, watchers, files, handingOver, end } = this.#parts;
    if (command.type === 'folder.open') standing.inBackground(files.openFolder());
    if (standing.isOver) return true;
    standing.forgetProblem();
    const takesBack = command.type === 'tool.stop' || command.type === 'watching.stop';
    const isLate = handingOver.hasSpoken || !takesBack;
    if (handingOver.isUnderWay && isLate && command.type !== 'stop') {
      standing.complain('The program is just taking over. Say it on the page of the program.');
      return false;
    }
    // What was answered in advance was answered before any foreign hand was here.
    if (mode === 'person' && givesMore(command) && !this.yesCounts()) return false;
    switch (command.type) {
      case 'consent.answer':
        this.#answer(command.requestId, command.allowed, mode);
        break;
      case 'tool.allow':
        standing.inBackground(answers.volunteer(command.tool));
        break;
      case 'tool.stop':
        this.withdraw(command.tool);
        break;
      case 'watching.answer':
        this.#answerWatcher(command.watchingId, command.allow, mode);
        break;
      case 'watching.stop':
        standing.inBackground(watchers.stop(command.watchingId));
        break;
      case 'passing.answer':
        this.#answerPassing(command.passingId, command.allow, mode);
        break;
      case 'stop':
        end.stop(command.reason);
        break;
      case 'chat.send':
        this.#say(command.text, mode);
        break;
      case 'file.answer':
        files.answer(command.fileId, command.accept, command.forSession);
        break;
      case 'file.cancel':
        files.cancel(command.fileId);
        break;
      case 'microphone.refused':
        void this.tellNoMicrophone(command.reason);
        break;
      case 'hand-over.begin':
        standing.inBackground(handingOver.begin());
        break;
      case 'hand-over.refuse':
        standing.inBackground(handingOver.refuse());
        break;
      case 'hand-over.answer':
        this.#answerProgram(command.signingKey, command.allow);
        break;
    }
    return true;
  }

  /** Who controls this computer can also press what its customer is asked. */
  yesCounts(): boolean {
    const { standing, foreignHand } = this.#parts;
    if (!foreignHand.isHere) return true;
    standing.complain(notYourHand(standing.technician));
    return false;
  }

  sendFile(file: Own): Promise<void> {
    const { standing, files } = this.#parts;
    if (!this.yesCounts()) return Promise.reject(new NotTheCustomer(notYourHand(standing.technician)));
    return files.send(file);
  }

  /** Its browser gave no microphone, so the question for the voice stays open. Only what the technician reads is lost with it. */
  async tellNoMicrophone(reason: NoMicrophone): Promise<void> {
    await this.#parts.link.send({ type: 'microphone.refused', reason }).catch(() => {});
  }

  /** Here first, then the broker. */
  withdraw(tool: Tool): void {
    const { standing, tools, grants, answers } = this.#parts;
    tools.close(grants.withdraw([tool]));
    standing.inBackground(answers.revoke(tool));
  }

  #answer(requestId: string, allowed: readonly Tool[], mode: AnswerMode): void {
    const { standing, answers } = this.#parts;
    const request = standing.session?.pending.find((each) => each.requestId === requestId);
    if (request) standing.inBackground(answers.answer(request, allowed, mode));
    else standing.complain(CLOSED_QUESTION);
  }

  #answerWatcher(watchingId: string, allowed: boolean, mode: AnswerMode): void {
    const { standing, watchers } = this.#parts;
    const asked = standing.session?.watchers.find((each) => each.watchingId === watchingId);
    if (asked?.standing !== 'asked') standing.complain(CLOSED_QUESTION);
    else if (!watchers.isStill(asked)) standing.complain(CHANGED_QUESTION);
    else standing.inBackground(watchers.answer(asked, allowed, mode));
  }

  #answerPassing(passingId: string, allowed: boolean, mode: AnswerMode): void {
    const { standing, passings } = this.#parts;
    const asked = standing.session?.passing;
    if (asked?.passingId !== passingId) standing.complain(CLOSED_QUESTION);
    else if (!passings.isStill(asked)) standing.complain(CHANGED_QUESTION);
    else standing.inBackground(passings.answer(asked, allowed, mode));
  }

  #answerProgram(signingKey: string, allowed: boolean): void {
    const { standing, handingOver } = this.#parts;
    if (handingOver.comes?.signingKey !== signingKey) standing.complain(CLOSED_QUESTION);
    else if (allowed) handingOver.letIn(signingKey);
    else standing.inBackground(handingOver.refuse());
  }

  #say(text: string, mode: AnswerMode): void {
    const { standing, grants, foreignHand, answers, chat } = this.#parts;
    if (!grants.allows('chat')) {
      // Writing to the technician is the customer's own word that they may talk: when it is the customer who writes.
      if (mode === 'person' && foreignHand.isHere) standing.complain(notYourWords(standing.technician));
      else standing.inBackground(answers.volunteer('chat'));
    }
    if (!chat.say(text)) standing.complain('Too many messages are waiting to be sent.');
  }
}

export const CLOSED_QUESTION = 'This question is no longer open.';
const CHANGED_QUESTION = 'This question became another one while it stood. Nothing was answered.';
