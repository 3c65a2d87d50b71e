import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [react()],
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    // Nothing as a data: URL: the content security policy allows none for scripts, styles and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome111', 'firefox114', 'safari16.4'],
    rolldownOptions: {
      input: { console: here('index.html'), join: here('join.html'), local: here('local.html') },
    },
  },
  experimental: {
    // The agent serves local.html under a secret first path segment, so everything it leads to is relative.
    // The broker serves index.html and join.html at any depth (`/sessions/…`), so theirs is absolute.
    renderBuiltUrl: (path, { hostId, hostType }) =>
      hostType === 'html' && !hostId.endsWith('local.html') ? `/${path}` : { relative: true },
  },
});
