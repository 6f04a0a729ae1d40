import classes from './Wordmark.module.css';

/** The app's name and sign: three rings that share a middle. */
export function Wordmark() {
  return (
    <span className={classes.mark}>
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden fill="none" stroke="currentColor" strokeWidth="2.4">
        <circle cx="11" cy="12" r="7.5" />
        <circle cx="21" cy="12" r="7.5" />
        <circle cx="16" cy="20.5" r="7.5" />
      </svg>
      <span className={classes.name}>ThirdSpace</span>
    </span>
  );
}
