import type { Tool } from '../protocol/tool.ts';
import type { Chat } from './chat/chat.ts';
import type { Desktop } from './desktop.ts';
import type { SessionFiles } from './files/session-files.ts';
import type { LaneChannel } from './lane-channel.ts';

/** Gives a lane to the part of the agent that serves its tool. */
export async function serveLane(
  tool: Tool,
  lane: LaneChannel,
  { desktop, chat, files }: { desktop: Desktop; chat: Chat; files: SessionFiles },
): Promise<void> {
  switch (tool) {
    case 'view':
    case 'control':
    case 'clipboard':
      await desktop.serve(tool, lane);
      break;
    case 'chat':
      chat.attach(lane);
      break;
    case 'file-upload':
    case 'file-download':
      files.attach(tool, lane);
      break;
  }
}
