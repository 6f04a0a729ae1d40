// Fails when the English catalogue is not what the source says: run `npm run words` and commit the file.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../src/locales/en/messages.po', import.meta.url);
const strip = (text) => text.replace(/^"POT-Creation-Date:.*$/m, '').trim();
const before = readFileSync(file, 'utf8');
execFileSync('npx', ['lingui', 'extract', '--clean', '--locale', 'en'], { stdio: 'pipe', cwd: new URL('..', import.meta.url) });
const after = readFileSync(file, 'utf8');
writeFileSync(file, before);
if (strip(before) !== strip(after)) {
  console.error('src/locales/en/messages.po is stale: run `npm run words` and commit it.');
  process.exit(1);
}
