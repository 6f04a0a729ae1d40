export interface Part {
  kind: 'text' | 'code';
  text: string;
}

/** Splits a chat message at its ``` fences. An open fence reaches to the end. What is in it stays text, never markup. */
export function parts(message: string): Part[] {
  const found: Part[] = [];
  let rest = message;
  for (;;) {
    const start = rest.indexOf('```');
    if (start < 0) break;
    push(found, 'text', rest.slice(0, start));
    const inside = rest.slice(start + 3);
    const end = inside.indexOf('```');
    push(found, 'code', withoutLanguage(end < 0 ? inside : inside.slice(0, end)));
    if (end < 0) return found;
    rest = inside.slice(end + 3);
  }
  push(found, 'text', rest);
  return found;
}

function withoutLanguage(code: string): string {
  return code.replace(/^[a-z]{0,12}[ \t]*\n/i, '').replace(/\n$/, '');
}

function push(found: Part[], kind: Part['kind'], text: string): void {
  const trimmed = kind === 'text' ? text.replace(/^\n+|\n+$/g, '') : text;
  if (trimmed) found.push({ kind, text: trimmed });
}
