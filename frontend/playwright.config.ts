import { defineConfig } from '@playwright/test';
import { browser } from './e2e/browser';

/** A class between real processes, in the browser face: `npm run e2e`, after `make build`. */
export default defineConfig({
  testDir: 'e2e/class',
  outputDir: 'test-results/class',
  reporter: [['list']],
  // One machine, one class at a time: rooms are found over the network by everyone who looks.
  workers: 1,
  fullyParallel: false,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  use: { ...browser, permissions: ['clipboard-read', 'clipboard-write'], actionTimeout: 20_000 },
});
