/**
 * Agent, console and broker speak only when they agree on this number.
 * `test/protocol/version.test.ts` fails when a schema changes and this does not.
 */
export const PROTOCOL_VERSION = 1;
