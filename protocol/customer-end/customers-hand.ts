import type { CustomerYes, LocalCommand } from '../local-page.ts';
import type { Tool } from '../tool.ts';

/** A yes to this tool, whatever else it is a yes to. */
export const allowsTool = (command: LocalCommand, tool: Tool): command is CustomerYes =>
  (command.type === 'consent.answer' && command.allowed.includes(tool)) ||
  (command.type === 'tool.allow' && command.tool === tool);

/** What gives the technician more than they have. Saying no and stopping are never held back, nor is what the customer writes. */
export function givesMore(command: LocalCommand): boolean {
  switch (command.type) {
    case 'consent.answer':
      return command.allowed.length > 0;
    case 'watching.answer':
      return command.allow;
    case 'passing.answer':
      return command.allow;
    case 'hand-over.answer':
      return command.allow;
    case 'tool.allow':
      return true;
    case 'file.answer':
      return command.accept;
    default:
      return false;
  }
}

/** Why a yes of the customer's did not count. */
export function notYourHand(technician = 'Your technician'): string {
  return `${technician} was using your mouse or keyboard just now. Only you may answer: wait two seconds, then answer again.`;
}

/** Something was given that may not have been the customer's to give. The message is for them. */
export class NotTheCustomer extends Error {
  override readonly name = 'NotTheCustomer';
}

/** Why what was written does not allow messages. */
export function notYourWords(technician = 'Your technician'): string {
  return `${technician} was using your mouse or keyboard just now. What is written here waits until you allow messages.`;
}
