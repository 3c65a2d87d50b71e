import { accounts } from './en/accounts.ts';

/** As `t` of strings.ts, for the few pages that need it: the others do not load it. */
export const accountWords = accounts;
