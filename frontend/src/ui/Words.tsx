import classes from './Words.module.css';

/** The words of a room's fingerprint, set apart so that they can be read out and compared one by one. */
export function Words({ words, large = false }: { words: string; large?: boolean }) {
  return (
    <span className={classes.words} data-large={large || undefined} dir="ltr">
      {words.split(/\s+/).filter(Boolean).map((word, i) => (
        // Two words may be the same: their place tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={`${i}-${word}`} className={classes.word}>
          {word}
        </span>
      ))}
    </span>
  );
}
