/** No screen can be shown from here. `found`: a sentence with what is wrong; what its reader can do follows it. */
export const noScreen = (found: string, cause?: unknown): Error =>
  new Error(
    `${found} Start this in a terminal on the desktop that is to be shown, or name its screen with --display, ` +
      'for instance --display :0.',
    { cause },
  );
