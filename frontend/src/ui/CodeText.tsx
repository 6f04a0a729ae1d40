import { memo } from 'react';
import { goLines } from '@/lib/editor/highlight';

/** Go, coloured, to be looked at. The text is always text: nothing in it becomes markup. */
export const CodeText = memo(function CodeText({ text, lines }: { text: string; lines?: [number, number] }) {
  const all = goLines(text);
  const [from, to] = lines ?? [0, all.length];
  return (
    <>
      {all.slice(from, to).map((pieces, i) => (
        // oxlint-disable-next-line react/no-array-index-key
        <span key={i}>
          {pieces.map((piece, j) =>
            piece.classes ? (
              // oxlint-disable-next-line react/no-array-index-key
              <span key={j} className={piece.classes}>
                {piece.text}
              </span>
            ) : (
              piece.text
            ),
          )}
          {'\n'}
        </span>
      ))}
    </>
  );
});
