import { defineConfig } from '@playwright/test';
import { browser } from './e2e/browser';

/** Photographs of every screen on a pretended app, for people to judge: `npm run look`. */
export default defineConfig({
  testDir: 'e2e/look',
  outputDir: 'test-results/look',
  reporter: [['list']],
  workers: 1,
  use: { ...browser, baseURL: 'http://127.0.0.1:4179' },
  webServer: { command: 'npx vite preview --port 4179 --strictPort --host 127.0.0.1', url: 'http://127.0.0.1:4179', reuseExistingServer: true },
});
