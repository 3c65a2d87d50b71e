import type { Tool } from '../../../protocol/tool.ts';

type Client = typeof import('mediasoup-client');

/** So often on end: a network breaks for a moment, but a broker of another version has this part of the page no more. */
const TRIES = 3;

/** What media takes could not be loaded. */
export class NotLoaded extends Error {
  override readonly name = 'NotLoaded';
  /** The next try may well do. */
  readonly isPassing: boolean;
  constructor(tries: number, cause: unknown) {
    super('what media takes could not be loaded', { cause });
    this.isPassing = tries < TRIES;
  }
}

const failed = new Map<Tool, number>();

/** Only who needs it loads it: most pages never do. @throws NotLoaded */
export async function loadClient(tool: Tool): Promise<Client> {
  try {
    const client = await import('mediasoup-client');
    failed.delete(tool);
    return client;
  } catch (error) {
    const tries = (failed.get(tool) ?? 0) + 1;
    failed.set(tool, tries);
    throw new NotLoaded(tries, error);
  }
}

/** For who may soon have such a lane: what it takes is there then. What cannot be loaded now is tried again by the lane. */
export const prepareMedia = (): void => void import('mediasoup-client').catch(() => {});
