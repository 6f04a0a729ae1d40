import { fileURLToPath } from 'node:url';
import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { linguiMacros } from './scripts/macros.ts';

export default defineConfig({
  // Relative, so that the page works from wails:// and from loopback HTTP alike.
  base: './',
  plugins: [linguiMacros(), react(), lingui()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: 'dist',
    // WebKitGTK 2.40 (Debian 12) and WebView2 are the oldest engines the app runs in.
    target: ['safari16.4', 'chrome110'],
    chunkSizeWarningLimit: 700,
    // The page's content policy knows no data: fonts.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'editor', test: /node_modules[\\/](@codemirror|@lezer|style-mod|w3c-keyname|crelt)[\\/]/ },
            { name: 'vendor', test: /node_modules[\\/](react|react-dom|scheduler|@mantine|@floating-ui)[\\/]/ },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    css: false,
    testTimeout: 60_000, // a test ends when what it waits for has come, also on a busy machine
  },
});
