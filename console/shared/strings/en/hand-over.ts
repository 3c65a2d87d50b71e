import type { AgentClaim } from '../../../../protocol/computer.ts';
import type { Tool } from '../../../../protocol/tool.ts';
import { isolated } from '../../isolated.ts';
import { agents } from './agents.ts';
import { customerTool } from './customer-tool.ts';
import { deeds } from './timeline.ts';

type Agent = Pick<AgentClaim, 'kind' | 'version' | 'browser'>;

/** A session that began in a browser goes on with the program. */
export const handOver = {
  customer: {
    asks: (technician: string, tools: readonly Tool[]) =>
      `${technician} asks you to go on with the program, to ${customerTool.deeds(tools)}`,
    asksMeaning:
      'A browser cannot do that. The program runs on this computer until the session is over. Starting it allows nothing new: you are asked there.',
    cannot:
      'The program does not run on this kind of computer yet. Your mouse and keyboard stay yours, and everything else goes on here.',
    show: 'Show me how',
    no: 'No, stay here',
    say: (technician: string) => `${technician} asks you to go on with the program. Please answer.`,

    title: 'Go on with the program',
    offer:
      'From this browser nobody can use your mouse and keyboard. With the program they can, if you allow it.',
    begin: 'Go on with the program',
    lead: 'Start it on this computer with the line below. Until it is there, everything goes on here.',
    thenOpens: 'The program opens a page of its own, and this one hands over to it.',
    thenAllowed: (isWhole: boolean) =>
      isWhole
        ? 'What you allowed stays allowed, and you can stop it there. What the program can do beyond that is asked there first.'
        : 'What you allowed stays allowed, and you can stop it there. The program shows your whole screen: so you are asked there whether it may be seen.',
    thenVoice:
      'Your voice ends with this page. Whether you talk on is asked on the page of the program, which then needs your microphone.',
    left: (minutes: number) =>
      minutes < 1
        ? 'The line works once, for less than a minute.'
        : `The line works once, for ${minutes} more ${minutes === 1 ? 'minute' : 'minutes'}.`,
    over: 'The line has run out.',
    another: 'Show a new line',
    stay: 'Stay in this browser',
    comes: 'The program is here and takes over…',

    wentOn: 'It goes on in the program',
    wentOnLead: (technician: string) =>
      `This page shows nothing any more, and nobody hears you through it. What ${technician} sees and does on this computer stands on the page of the program, and you can stop it there.`,
    wentOnWhere:
      'That page has opened in your browser. If you do not see it, its address stands in the terminal where you started the program.',
    titleWentOn: 'Goes on in the program',
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
      comes: 'The program takes over',
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
    done: (customer: string, platform: string, address: string) =>
      `${customer} went on with the program, on ${isolated(platform)} at ${address}.`,
    agents: (before: Agent, after: Agent) => `Agent: ${agents.words(before)}, then ${agents.words(after)}.`,
    allowed: (tools: readonly Tool[]) =>
      tools.length === 0 ? 'Nothing stayed allowed.' : `Stayed allowed: ${deeds(tools)}.`,
    shows: 'What the program shows is the whole screen.',
  },
};
