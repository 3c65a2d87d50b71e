import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * react-aria carries its own words in some thirty languages. Our pages speak one (`start-page.tsx` tells react-aria
 * which), so the others stay out: a fifth of the script of a first load.
 */
const oneLanguage: Plugin = {
  name: 'one-language',
  enforce: 'pre',
  load: (id) =>
    /react-(aria|aria-components|stately)\/dist\/.*\/intl\/.*\/(?!en-US)[a-z]{2}-[A-Z]{2}\.m?js$/.test(id)
      ? 'export default undefined;'
      : undefined,
};

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [oneLanguage, react()],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    // Nothing as a data: URL: the content security policy allows none for scripts, styles and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome111', 'firefox114', 'safari16.4'],
    rolldownOptions: {
      input: {
        console: here('index.html'),
        join: here('join.html'),
        receipt: here('receipt.html'),
        local: here('local.html'),
      },
    },
  },
  experimental: {
    // The agent serves local.html under a secret first path segment, so everything it leads to is relative.
    // The broker serves the others at any depth (`/sessions/…`), so theirs is absolute.
    renderBuiltUrl: (path, { hostId, hostType }) =>
      hostType === 'html' && !hostId.endsWith('local.html') ? `/${path}` : { relative: true },
  },
});
