import { z } from 'zod';
import { open, personal } from './classification.ts';
import { foreignLine } from './text.ts';
import { ToolSet } from './tool.ts';

/** The customer's computer as its agent describes it. All of it is hostile text until it is parsed here. */
export const ComputerClaim = z.object({
  hostName: personal(foreignLine(80)),
  platform: open(foreignLine(80)),
  architecture: open(foreignLine(20)),
  privateAddress: personal(z.union([z.ipv4(), z.ipv6()]).optional()),
});
export type ComputerClaim = z.infer<typeof ComputerClaim>;

export const AgentClaim = z.object({
  kind: open(z.literal('native')),
  version: open(foreignLine(20)),
  /** The tools that this agent can serve on this computer. */
  capable: open(ToolSet),
});
export type AgentClaim = z.infer<typeof AgentClaim>;

/** The same with the address that the broker saw. */
export const Computer = ComputerClaim.extend({ address: personal(z.string().max(64)) });
export type Computer = z.infer<typeof Computer>;
