import type { Writable } from 'node:stream';
import type { LocalState } from '../../protocol/local-page.ts';
import type { CustomerDesk, CustomerInterface } from './customer-desk.ts';
import { changesBetween } from './terminal-news.ts';

/** One line for everything that changes, for whoever looks at the terminal while the answers are given elsewhere. */
export function printNews(desk: CustomerDesk, output: Writable): CustomerInterface {
  let shown: LocalState | undefined;
  const look = () => {
    const state = desk.state();
    if (!state) return;
    for (const line of changesBetween(shown, state)) output.write(`${line}\n`);
    shown = state;
  };
  const stop = desk.onChange(look);
  look();
  return { close: async () => stop() };
}
