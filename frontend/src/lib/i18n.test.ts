import { expect, it } from 'vitest';
import { choose } from './i18n';

it.each([
  [['de-AT', 'en'], ['en', 'de'], 'de'],
  [['pt-BR'], ['en', 'pt-BR', 'pt'], 'pt-BR'],
  [['fr'], ['en', 'de'], 'en'],
  [[], ['en'], 'en'],
])('of %j with %j there, it is %s', (wanted, there, chosen) => {
  expect(choose(wanted, there)).toBe(chosen);
});
