interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface ProgressLine {
  /** How far some work is; work by another name begins anew. */
  tell(work: string, progress: Progress): void;
  /** Before anything else is printed. */
  clear(): void;
}

const SHOW_EVERY_MS = 500;
/** Where nobody looks on: often enough to see that it goes on, and no more. */
const WRITE_EVERY_MS = 10_000;
/** Sooner the time left would only be a guess. */
const RATE_AFTER_MS = 2_000;

/** Tells on standard error how far long work is: on a terminal in one line, elsewhere a line now and then. */
export function progressLine(
  out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr,
  now = Date.now,
): ProgressLine {
  let doing = '';
  let begun = 0;
  let shown = now();
  let isShown = false;
  const every = out.isTTY ? SHOW_EVERY_MS : WRITE_EVERY_MS;
  return {
    tell(work, { done, total }) {
      if (work !== doing) [doing, begun] = [work, now()];
      if (now() < shown + every) return;
      shown = now();
      isShown = true;
      const said = `${work}: ${percent(done, total)}${left(now() - begun, done, total)}`;
      out.write(out.isTTY ? `\r\u001b[K${said}` : `${said}\n`);
    },
    clear() {
      if (isShown && out.isTTY) out.write('\r\u001b[K');
      isShown = false;
    },
  };
}

const percent = (done: number, total: number): string =>
  total === 0 ? 'how much there is, is not known yet' : `${Math.floor((done / total) * 100)} %`;

function left(elapsedMs: number, done: number, total: number): string {
  if (elapsedMs < RATE_AFTER_MS || done === 0 || total === 0) return '';
  const seconds = Math.ceil(((total - done) / done) * (elapsedMs / 1000));
  return seconds < 90 ? `, about ${seconds} s left` : `, about ${Math.ceil(seconds / 60)} min left`;
}
