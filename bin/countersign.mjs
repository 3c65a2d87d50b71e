#!/usr/bin/env node
// The one command. TypeScript is run as it stands; nothing is built by hand.
import { existsSync } from 'node:fs';
import './keep-freed-memory.mjs';

if (!existsSync(new URL('../node_modules/tsx/package.json', import.meta.url))) {
  console.error(
    'countersign: the packages it needs are not installed yet. Run "npm run setup" in its folder first.',
  );
  process.exit(1);
}
// Whoever reads the output may stop reading, as `head` does: that is no defect.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { importBundled } = await import('./bundled.mjs');

const [command, ...rest] = process.argv.slice(2);
if (command === 'agent') {
  const { runAgent } = await importBundled(new URL('../agent/main.ts', import.meta.url));
  process.exitCode = await runAgent(rest);
} else {
  const { runCommand } = await importBundled(new URL('../server/cli/main.ts', import.meta.url));
  process.exitCode = await runCommand(process.argv.slice(2));
}
