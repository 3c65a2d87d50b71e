import { en } from './strings/en.ts';

/** The catalogue of the reader's language. A translation is a file of the same shape, chosen here. */
export const t = en;
