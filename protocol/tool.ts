import { z } from 'zod';

/** What a technician can do on the customer's computer. Each needs a grant, and has a lane of its own. */
export const Tool = z.enum(['view', 'control', 'clipboard', 'file-upload', 'file-download', 'chat', 'voice']);
export type Tool = z.infer<typeof Tool>;

export const TOOLS: readonly Tool[] = Tool.options;

/** A set of tools, in any order, each once. */
export const ToolSet = z
  .array(Tool)
  .max(TOOLS.length)
  .transform((tools) => TOOLS.filter((tool) => tools.includes(tool)));

/** `control` and `clipboard` travel inside the RFB connection that `view` carries, so they need it. */
export const needsView = (tool: Tool): boolean => tool === 'control' || tool === 'clipboard';

/** Tools whose lanes may go through the media worker. */
export const MEDIA_TOOLS = ['view', 'voice'] as const satisfies readonly Tool[];

/** Sound goes by WebRTC or not at all: frames behind each other on a WebSocket come too late to talk by. */
export const needsMedia = (tool: Tool): boolean => tool === 'voice';
