import type { Tool } from '../../../../protocol/tool.ts';

const and = new Intl.ListFormat('en', { type: 'conjunction' });

/** What the technician does with a tool, as the customer sees it: "Tess … now". */
const DOING: Record<Tool, string> = {
  view: 'sees your screen',
  control: 'can use your mouse and keyboard',
  clipboard: 'can share copied text with you',
  'file-upload': 'can send you files',
  'file-download': 'can get files from you',
  chat: 'can write with you',
  voice: 'talks with you through your microphone',
};

/** After "allow …" and "Tess asks to …". */
const TO_DO: Record<Tool, string> = {
  view: 'see your screen',
  control: 'use your mouse and keyboard',
  clipboard: 'share text that you copy',
  'file-upload': 'send you files',
  'file-download': 'get files from you',
  chat: 'write messages with you',
  voice: 'talk with you',
};

/** After "this was in use". */
const USED: Record<Tool, string> = {
  view: 'your screen',
  control: 'your mouse and keyboard',
  clipboard: 'copied text',
  'file-upload': 'files for you',
  'file-download': 'files from you',
  chat: 'messages',
  voice: 'voice',
};

/** What each tool means for whoever sits at the computer. */
export const customerTool = {
  title: {
    view: 'See your screen',
    control: 'Use your mouse and keyboard',
    clipboard: 'Share text that you copy',
    'file-upload': 'Send you files',
    'file-download': 'Get files from you',
    chat: 'Write messages with you',
    voice: 'Talk with you',
  } satisfies Record<Tool, string>,
  meaning: {
    view: 'Everything on your screen can be seen, also messages that pop up. Close what is private first. Seeing is not recording.',
    control:
      'Clicks and typing on your computer, as if sitting beside you. You can use your mouse and keyboard at the same time.',
    clipboard:
      'Text that you mark and copy on this computer can be pasted on the other one, and the other way round. Do not copy passwords meanwhile.',
    'file-upload': 'You are asked before each file. It is saved in a folder of its own and is not opened.',
    'file-download':
      'You are asked before each file leaves your computer. Nothing is taken without your yes.',
    chat: 'Short written messages between the two of you. They are not kept.',
    voice:
      'You hear each other, through your microphone and this page. You can mute yourself at any time. What is said is not recorded.',
  } satisfies Record<Tool, string>,
  whatThisMeans: 'What this means',
  deeds: (tools: readonly Tool[]) => and.format(tools.map((tool) => TO_DO[tool])),
  used: (tools: readonly Tool[]) => and.format(tools.map((tool) => USED[tool])),
  doing: (technician: string, tools: readonly Tool[]) =>
    `${technician} ${and.format(tools.map((tool) => DOING[tool]))}`,
};
