/** Asks the services about a place in a text, and drops answers that speak of an older one. */
import type { EditorState } from '@codemirror/state';
import { placeAt } from './place';

/** What is asked of a text, a line and a column. */
export type Question<T> = (text: string, line: number, column: number) => Promise<T>;

/** The answer; null where the text has changed meanwhile, or where there is none. */
export async function ask<T>(now: () => EditorState, at: number, question: Question<T>): Promise<T | null> {
  const { doc } = now();
  const { line, column } = placeAt(doc, at);
  // Help that does not come is no news: an app that does not answer is told of elsewhere.
  const answer = await question(doc.toString(), line, column).catch(() => null);
  return now().doc.eq(doc) ? answer : null;
}
