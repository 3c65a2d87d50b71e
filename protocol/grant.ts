import { z } from 'zod';
import { stated } from './proof/signed-statement.ts';
import { Instant } from './text.ts';
import { Tool } from './tool.ts';

/**
 * Where a tool stands in a session. `off`: nobody asked. `refused`: also by silence. `revoked`: taken back by the customer.
 * `returned`: given back by the technician. `unable`: this agent cannot serve it here.
 */
export const ToolStanding = z.enum([
  'off',
  'asked',
  'granted',
  'in-use',
  'refused',
  'revoked',
  'returned',
  'unable',
]);
export type ToolStanding = z.infer<typeof ToolStanding>;

export const ToolState = z.object({ standing: ToolStanding, since: Instant });
export type ToolState = z.infer<typeof ToolState>;

/** The customer takes a grant back. It holds at once. */
export const GrantRevoke = z.object({ type: z.literal('grant.revoke'), tool: Tool, ...stated });
