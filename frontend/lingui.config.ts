import { readdirSync } from 'node:fs';
import { defineConfig } from '@lingui/cli';

// A language is a folder under src/locales with a messages.po in it: adding one is adding that file.
const locales = readdirSync(new URL('./src/locales', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

export default defineConfig({
  sourceLocale: 'en',
  locales,
  catalogs: [{ path: '<rootDir>/src/locales/{locale}/messages', include: ['<rootDir>/src'], exclude: ['**/*.test.*', '<rootDir>/src/test/**'] }],
});
