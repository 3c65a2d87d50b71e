import { version } from '../../../package.json';

/** Page and broker are of one version: the broker serves the page. */
export const VERSION: string = version;
