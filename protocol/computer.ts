import { z } from 'zod';
import { open, personal } from './classification.ts';
import { foreignLine } from './text.ts';
import { ToolSet } from './tool.ts';

/** The customer's computer as its agent describes it. All of it is hostile text until it is parsed here. */
export const ComputerClaim = z.object({
  /** Absent where the agent is a browser, which does not know it. */
  hostName: personal(foreignLine(80).optional()),
  platform: open(foreignLine(80)),
  architecture: open(foreignLine(20)),
  privateAddress: personal(z.union([z.ipv4(), z.ipv6()]).optional()),
});
export type ComputerClaim = z.infer<typeof ComputerClaim>;

/** `native`: a program on the customer's computer. `browser`: a page of ours in their browser, with nothing installed. */
export const AgentKind = z.enum(['native', 'browser']);
export type AgentKind = z.infer<typeof AgentKind>;

export const AgentClaim = z.object({
  kind: open(AgentKind),
  version: open(foreignLine(20)),
  /** Which one it runs in, as it says itself. */
  browser: open(z.object({ name: foreignLine(40), version: foreignLine(20) }).optional()),
  /** The tools that this agent can serve here. */
  capable: open(ToolSet),
  /** It can take part in lanes of the path `webrtc`. */
  webrtc: open(z.boolean().optional()),
});
export type AgentClaim = z.infer<typeof AgentClaim>;

/** The same with the address that the broker saw. */
export const Computer = ComputerClaim.extend({ address: personal(z.string().max(64)) });
export type Computer = z.infer<typeof Computer>;
