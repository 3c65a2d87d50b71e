import { en } from './strings/en.ts';

/** The catalogue of the reader’s language, but for what few pages need (strings/*.ts). A translation is a file of the same shape, chosen here. */
export const t = en;

/** Of the catalogue: also for react-aria's own words. Dates and times follow the reader's browser all the same. */
export const LANGUAGE = 'en-US';
