/** A text from elsewhere for a terminal: nothing in it may move the cursor, change colours or read backwards. */
export const plain = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u202A-\u202E\u2066-\u2069]/gu, '')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
