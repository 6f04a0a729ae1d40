/** Signatures and documentation, drawn. The words come from Go's library or from the program: they are set as text. */
import type { Paragraph } from '../types';

const tags: Record<string, string> = { code: 'pre', heading: 'h4', plain: 'p', entry: 'p' };

export function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** A signature and what is written about it. Null where there is neither. */
export function documentation(signature: string, docs: readonly Paragraph[]): HTMLElement | null {
  if (!signature && docs.length === 0) return null;
  const all = element('div', 'cm-documentation');
  if (signature) all.append(element('code', 'cm-signature', signature));
  for (const { kind, text } of docs) all.append(element(tags[kind] ?? 'p', kind === 'entry' ? 'cm-entry' : '', text));
  return all;
}
