import { createContext, useContext } from 'react';
import type { LocalCommand, LocalState } from '../../../protocol/local-page.ts';
import type { Store } from '../../shared/store.ts';

/** What the page knows of the customer's agent. */
export interface HelperView {
  /** `lost`: it was there and does not answer now. The last state stays, for what was in use a moment ago. */
  readonly helper: 'connecting' | 'here' | 'lost';
  readonly state: LocalState | undefined;
  /** The browser itself asks the customer now, outside of the page. */
  readonly browserAsks?: 'screen' | 'microphone' | undefined;
}

/** `refused`: the agent took it for somebody else's doing, and says why in its state. */
export type SendOutcome = 'sent' | 'failed' | 'refused';

/** The last message of the technician's that was in sight. */
export interface KeptReading {
  readonly last: string | undefined;
  keep(last: string): void;
}

/** The page's way to the agent: a program on this computer, or the page itself. */
export interface CustomerLink {
  readonly view: Store<HelperView>;
  /** Of a page that goes on after it was loaded anew. */
  readonly reading?: KeptReading;
  /** Sends one command. The answer is the next state; false means that the agent did not hear it. */
  send(command: LocalCommand): boolean;
  /** Streams a file of the customer's to the technician. Resolves when it is over. */
  sendFile(file: File): Promise<SendOutcome>;
  /** The receipt, once the state says that it is here. */
  receipt(): Promise<string | undefined>;
}

const Context = createContext<CustomerLink | undefined>(undefined);
export const ProvideLink = Context.Provider;

export function useLink(): CustomerLink {
  const link = useContext(Context);
  if (!link) throw new Error('outside of a page with a link to its agent');
  return link;
}
