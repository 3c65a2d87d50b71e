import { spawn } from 'node:child_process';

/** How each system opens an address or a folder in the program that its user chose for it. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Opens `target` (an http address of ours, or a folder) in the customer's own program.
 * @returns whether something took it. Resolves when the opener said so, or still runs after a moment.
 */
export function openForCustomer(
  target: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<boolean> {
  const [command, ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(command!, [...before, target], { stdio: 'ignore', detached: true, env: environment });
    // Some openers stay for as long as the browser runs.
    const stays = setTimeout(() => resolve(true), 3_000);
    child.once('error', () => resolve(false));
    child.once('exit', (code) => {
      clearTimeout(stays);
      resolve(code === 0);
    });
    child.unref();
  });
}
