import type { LocalState } from '../../../protocol/local-page.ts';

/** A received file lies in this end's folder. What the browser before a program took lies where that browser keeps it. */
export const hasSavedHere = ({ transfers }: LocalState): boolean =>
  transfers.some(({ savedAs }) => savedAs !== undefined);
