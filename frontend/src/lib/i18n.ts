/** The words on screen. A language is one file, src/locales/<language>/messages.po; English is the source. */
import { i18n, type Messages } from '@lingui/core';

const catalogues = import.meta.glob<{ messages: Messages }>('../locales/*/messages.po');

const rightToLeft = new Set(['ar', 'fa', 'he', 'ur', 'ps', 'ckb', 'dv', 'yi']);

function languages(): Map<string, () => Promise<{ messages: Messages }>> {
  const found = new Map<string, () => Promise<{ messages: Messages }>>();
  for (const [path, load] of Object.entries(catalogues)) {
    const name = /locales\/([^/]+)\//.exec(path)?.[1];
    if (name) found.set(name, load);
  }
  return found;
}

/** The best language that is both wanted and there. */
export function choose(wanted: readonly string[], available: readonly string[]): string {
  for (const tag of wanted) {
    if (available.includes(tag)) return tag;
    const base = tag.split('-')[0] ?? tag;
    if (available.includes(base)) return base;
  }
  return 'en';
}

/** Loads the words for this person's language and tells the document which way it runs. */
export async function speak(wanted: readonly string[] = navigator.languages): Promise<void> {
  const all = languages();
  const language = choose(wanted, [...all.keys()]);
  const load = all.get(language);
  const { messages } = load ? await load() : { messages: {} };
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
  document.documentElement.dir = rightToLeft.has(language.split('-')[0] ?? '') ? 'rtl' : 'ltr';
}
