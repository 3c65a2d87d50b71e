/** A worker that says when to look again: a page in the background has no clock of its own for that. */
const FRAMES_A_SECOND = 20;

setInterval(() => self.postMessage('look'), 1000 / FRAMES_A_SECOND);

export {};
