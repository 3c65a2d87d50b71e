/**
 * A foreign text inside a sentence, between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE (UAX #9): a right-to-left
 * name does not turn its sentence around. For places that take plain text only; elsewhere `<bdi>` does it.
 */
export const isolated = (text: string): string => `\u2068${text}\u2069`;
