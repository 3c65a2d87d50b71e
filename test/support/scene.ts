import type { Browser } from 'playwright-core';
import type { Program } from './program.ts';

/** A page of whichever browser. */
interface TellingPage {
  url(): string;
  evaluate(read: () => string): Promise<string>;
}
type OpenPages = () => TellingPage[] | Promise<TellingPage[]>;

/** What a test's story plays in: told when the story goes wrong, so that a failure that comes once a month can be read. */
const browsers = new Set<OpenPages>();
const programs = new Map<Program, string>();

const PAGE_CHARACTERS = 2_500;
const PROGRAM_CHARACTERS = 3_000;
const PAGE_ANSWERS_WITHIN_MS = 2_000;

export function enterBrowser(browser: Browser): Browser {
  const leave = enterPages(() => browser.contexts().flatMap((context) => context.pages()));
  browser.on('disconnected', leave);
  return browser;
}

/** The answer ends it. */
export function enterPages(pages: OpenPages): () => void {
  browsers.add(pages);
  return () => browsers.delete(pages);
}

/** Programs stay until `leavePrograms`: one that ended may be what went wrong. */
export const enterProgram = (program: Program, line: string): unknown => programs.set(program, line);

/** Those that have ended have no part in the next story. */
export function leavePrograms(): void {
  for (const program of programs.keys()) {
    const { exitCode, signalCode } = program.process;
    if (exitCode !== null || signalCode !== null) programs.delete(program);
  }
}

/** Each open page's address and words, and what each program printed last. */
export async function sceneNow(): Promise<string> {
  const pages = await Promise.all([...browsers].map((open) => open()));
  const told = await Promise.all(pages.flat().map(pageNow));
  for (const [program, line] of programs) {
    const { exitCode, signalCode } = program.process;
    const end = exitCode ?? signalCode ?? 'running';
    told.push(`--- ${line} (${end})\n${program.output().slice(-PROGRAM_CHARACTERS)}`);
  }
  return told.join('\n');
}

async function pageNow(page: TellingPage): Promise<string> {
  const words = await Promise.race([
    page.evaluate(() => document.body.innerText).catch((error: unknown) => `(${String(error)})`),
    new Promise<string>((resolve) => setTimeout(resolve, PAGE_ANSWERS_WITHIN_MS, '(it does not answer)')),
  ]);
  return `--- ${page.url()}\n${words.slice(0, PAGE_CHARACTERS)}`;
}
