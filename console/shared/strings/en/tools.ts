import type { ToolStanding } from '../../../../protocol/grant.ts';
import type { Tool } from '../../../../protocol/tool.ts';

const name: Record<Tool, string> = {
  view: 'View screen',
  control: 'Control',
  clipboard: 'Clipboard',
  'file-upload': 'Send files',
  'file-download': 'Fetch files',
  chat: 'Chat',
  voice: 'Voice',
};

const meaning: Record<Tool, string> = {
  view: 'See their screen',
  control: 'Use their mouse and keyboard',
  clipboard: 'Share the clipboard both ways',
  'file-upload': 'Send files to their computer',
  'file-download': 'Get files from their computer',
  chat: 'Write to each other',
  voice: 'Talk to each other',
};

/** As the customer reads it: "Tess is viewing and controlling". */
const doing: Record<Tool, string> = {
  view: 'viewing your screen',
  control: 'controlling your mouse and keyboard',
  clipboard: 'sharing the clipboard',
  'file-upload': 'sending you a file',
  'file-download': 'getting a file from you',
  chat: 'chatting with you',
  voice: 'talking with you',
};

const standing: Record<ToolStanding, string> = {
  off: 'Not asked',
  asked: 'Asked',
  granted: 'Allowed',
  'in-use': 'In use',
  refused: 'Refused',
  revoked: 'Taken back',
  returned: 'Given back',
  unable: 'Not possible here',
};

export const tools = { name, meaning, doing, standing };
