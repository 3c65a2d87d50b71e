import type { CodeCard } from '../../../protocol/join.ts';

/** `other`: a phone, a tablet, or what nobody knows. */
type Platform = 'linux' | 'windows' | 'macos' | 'other';

/** What the browser tells about its computer; `platform` is `navigator.platform` or the newer `userAgentData.platform`. */
export function detectPlatform(hints: { platform: string; userAgent: string }): Platform {
  const text = `${hints.platform} ${hints.userAgent}`.toLowerCase();
  if (/android|iphone|ipad|ipod|mobile|cros/.test(text)) return 'other';
  if (/win/.test(text)) return 'windows';
  if (/mac/.test(text)) return 'macos';
  if (/linux|x11|bsd/.test(text)) return 'linux';
  return 'other';
}

/** The program runs on this computer; where it does not, nobody is sent to it. */
export const canRunProgram = (): boolean => detectPlatform(navigator) === 'linux';

/**
 * What to paste into a terminal; `code` is nine digits, `ticket` that of a hand-over. The package comes from the broker itself: a bare name would ask
 * the public registry, where it may belong to anybody.
 */
export function agentCommand(
  { publicUrl, agentPackageUrl }: Pick<CodeCard, 'publicUrl' | 'agentPackageUrl'>,
  way: { code: string } | { ticket: string },
): string {
  const server = publicUrl.replace(/\/$/, '');
  return `npx --yes ${quoted(agentPackageUrl)} --server ${quoted(server)} ${'code' in way ? `--code ${way.code}` : `--ticket=${way.ticket}`}`;
}

/** An address from the broker is still text that goes into a shell: anything unusual is quoted. */
function quoted(word: string): string {
  return /^[\w.:/-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
