import type { AgentClaim } from '../../../../protocol/computer.ts';
import type { ComingProgram, TurnedAwayReason } from '../../../../protocol/hand-over.ts';
import type { Tool } from '../../../../protocol/tool.ts';
import { isolated } from '../../isolated.ts';
import { agents } from './agents.ts';
import { customerTool } from './customer-tool.ts';
import { deeds } from './timeline.ts';

type Agent = Pick<AgentClaim, 'kind' | 'version' | 'browser'>;

type Program = Pick<ComingProgram, 'hostName' | 'platform'>;

const computerOf = ({ hostName, platform }: Program) =>
  hostName === undefined ? isolated(platform) : `${isolated(hostName)}, ${isolated(platform)}`;
const turnedAwayBecause = (reason: TurnedAwayReason, customer: string): string => {
  switch (reason) {
    case 'refused':
      return `${customer} said no`;
    case 'no-answer':
      return `${customer} did not answer in time`;
    case 'gone':
      return 'it went before that';
    case 'replaced':
      return `${customer} asked for a new line`;
  }
};
const programAsks = 'A helper program wants to continue this session';
const programWhere = (program: Program) =>
  `It runs on ${computerOf(program)}. Is that the computer in front of you, and did you start it just now?`;

/** A session that began in a browser goes on with the program. */
export const handOver = {
  customer: {
    asks: (technician: string, tools: readonly Tool[]) =>
      `${technician} asks you to continue with the helper program, to ${customerTool.deeds(tools)}`,
    asksMeaning:
      'This page cannot do that. The helper is a small program that runs on this computer only until the session is over. Starting it allows nothing new: you are asked there.',
    cannot:
      'The helper program does not run on this kind of computer yet. Your mouse and keyboard stay yours, and everything else goes on here.',
    show: 'Show me how',
    no: 'No, stay here',
    say: (technician: string) => `${technician} asks you to continue with the helper program. Please answer.`,

    title: 'Continue with the helper program',
    offer:
      'From this page nobody can use your mouse and keyboard. With the helper program they can, if you allow it.',
    begin: 'Continue with the helper program',
    lead: 'Start it on this computer with the line below. Until it is there, everything goes on here.',
    hidden:
      'A part of the line is secret, and not drawn while your screen can be seen. “Copy” takes all of it.',
    thenOpens:
      'Come back to this page: it asks whether the program is yours. When you say yes, the program opens a page of its own, and this one hands over to it.',
    thenAllowed: (isWhole: boolean) =>
      isWhole
        ? 'What you allowed stays allowed, and you can stop it there. You are asked there before the program does anything else.'
        : 'What you allowed stays allowed, and you can stop it there. The program shows your whole screen, so you are asked again there whether it may be seen.',
    thenVoice:
      'Nobody hears you any more when this page ends. The page of the program asks you whether you want to talk on.',
    left: (minutes: number) =>
      minutes < 1
        ? 'The line works once, for less than a minute.'
        : `The line works once, for ${minutes} more ${minutes === 1 ? 'minute' : 'minutes'}.`,
    over: 'This line does not work any more.',
    another: 'Show a new line',
    stay: 'Stay on this page',
    programAsks,
    programWhere,
    programMeaning:
      'Whoever started it takes your place, and what you allowed stays allowed there. If it was not you, say no: then it stays out, and everything goes on here.',
    letIn: 'Yes, continue there',
    turnAway: 'No',
    titleProgram: 'Is this program yours?',
    sayProgram: (program: Program) => `${programAsks}. ${programWhere(program)} Please answer.`,
    answerFirst: 'A helper program has come. First say whether it is yours.',
    notLetIn: (program: Program) =>
      `The program on ${isolated(program.hostName ?? program.platform)} was not let in. Everything goes on here. If it is yours, start it with a new line.`,
    comes: 'The program is here and takes over…',

    wentOn: 'Your session continues in the program',
    wentOnLead: (technician: string) =>
      `This page shows nothing any more, and nobody hears you through it. What ${technician} sees and does on this computer is written on the page of the program, and you can stop it there.`,
    wentOnWhere:
      'That page has opened in your browser. If you do not see it, its address is written in the window where you pasted the line.',
    /** Names come isolated. */
    wentOnChat: (earlier: readonly string[]) =>
      `What you wrote with ${new Intl.ListFormat('en').format(earlier)} is on this page and not in the program. It is gone when you close this page.`,
    titleWentOn: 'Continues in the program',
  },

  technician: {
    word: 'Program',
    title: 'Go on with the program?',
    why: (name: string) =>
      `${isolated(name)} shares from a browser. Mouse and keyboard cannot be used from there.`,
    how: (name: string) =>
      `${isolated(name)} is shown how to start the program on that computer. The session goes on in it without a new code, and control is asked for there. Until then nothing changes.`,
    action: 'Ask to go on with the program',
    label: {
      idle: 'Control needs the program: ask for it',
      asked: 'Asked to go on with the program',
      begun: 'The program is being started there',
      comes: 'The program is there, and the customer is asked whether it is theirs',
    },
    asked: (name: string) => `Asked ${isolated(name)} to go on with the program.`,
    refused: (name: string) => `${isolated(name)} stays in the browser.`,
    done: (name: string) => `${isolated(name)} goes on with the program.`,
    needsProgram: (tool: string) => `${tool}: not from a browser. It needs the program.`,
    notFrom: (platform: string) =>
      `Control is not possible from this computer: the program does not run on ${isolated(platform)} yet.`,
    cannot: (tool: string, platform: string) => `${tool}: not possible from ${isolated(platform)}.`,
  },

  timeline: {
    asked: (technician: string, customer: string, tools: readonly Tool[]) =>
      `${technician} asked ${customer} to go on with the program, to ${deeds(tools)}.`,
    begun: (customer: string) => `${customer} was shown how to start the program.`,
    refused: (customer: string) => `${customer} did not go on with the program.`,
    turnedAway: (
      { address, ...program }: Program & { address: string },
      reason: TurnedAwayReason,
      customer: string,
    ) =>
      `A program on ${computerOf(program)}, at ${address}, was not let in: ${turnedAwayBecause(reason, customer)}.`,
    done: (customer: string, platform: string, address: string) =>
      `${customer} went on with the program, on ${isolated(platform)} at ${address}.`,
    agents: (before: Agent, after: Agent) => `Agent: ${agents.words(before)}, then ${agents.words(after)}.`,
    allowed: (tools: readonly Tool[]) =>
      tools.length === 0 ? 'Nothing stayed allowed.' : `Stayed allowed: ${deeds(tools)}.`,
    shows: 'What the program shows is the whole screen.',
  },
};
