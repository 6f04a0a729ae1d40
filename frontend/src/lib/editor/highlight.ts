/** Colours for code that is shown and not edited: tiles of the wall, blocks in the chat. */
import { goLanguage } from '@codemirror/lang-go';
import { classHighlighter, highlightCode } from '@lezer/highlight';

export interface Piece {
  text: string;
  /** Class names for the piece, or the empty string. */
  classes: string;
}

/** The lines of a Go text as coloured pieces. */
export function goLines(text: string): Piece[][] {
  const lines: Piece[][] = [[]];
  highlightCode(
    text,
    goLanguage.parser.parse(text),
    classHighlighter,
    (piece, classes) => lines[lines.length - 1]?.push({ text: piece, classes }),
    () => lines.push([]),
  );
  return lines;
}
