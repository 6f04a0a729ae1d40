import { Trans, useLingui } from '@lingui/react/macro';
import { memo } from 'react';
import type { Entry, Part } from '@/lib/stores/console';
import type { ConsoleEnd, RunDiagnostic } from '@/lib/types';
import { duration } from '@/lib/when';
import { CodeText } from '@/ui/CodeText';
import classes from './ConsolePane.module.css';

/** One line of the console and what came of it. */
export const Line = memo(function Line({ entry }: { entry: Entry }) {
  return (
    <div className={classes.entry} data-testid="console-entry" data-outcome={entry.end?.outcome}>
      <pre className={classes.typed} dir="ltr">
        <span className={classes.mark} aria-hidden>
          ›
        </span>
        <code>
          <CodeText text={entry.typed} />
        </code>
        {entry.end && <Engine end={entry.end} />}
      </pre>
      {entry.parts.map((part, i) => (
        // Parts are only ever added.
        // oxlint-disable-next-line react/no-array-index-key
        <Shown key={i} part={part} typed={entry.typed} />
      ))}
      {entry.cut && (
        <p className={classes.note}>
          <Trans>The rest of what it printed is not shown: it is too much.</Trans>
        </p>
      )}
      {entry.end && <Outcome end={entry.end} />}
    </div>
  );
});

function Shown({ part, typed }: { part: Part; typed: string }) {
  const { t } = useLingui();
  switch (part.kind) {
    case 'output':
      return (
        <pre className={part.stream === 'stderr' ? classes.stderr : classes.stdout} dir="ltr" title={part.stream === 'stderr' ? t`Error output` : undefined}>
          {part.text}
        </pre>
      );
    case 'value':
      return (
        <pre className={classes.value} dir="ltr" data-testid="console-value">
          <span>{part.text}</span> <span className={classes.type}>{part.type}</span>
        </pre>
      );
    case 'problem':
      return <Problem problem={part.problem} typed={typed} />;
    case 'note':
      return <p className={classes.note}>{part.text}</p>;
  }
}

/** An error, with a mark under the place it is about. */
function Problem({ problem, typed }: { problem: RunDiagnostic; typed: string }) {
  const lines = typed.split('\n');
  const line = lines[problem.line - 1] ?? '';
  const from = inText(line, problem.column);
  const to = problem.endLine === problem.line ? Math.max(from + 1, inText(line, problem.endColumn)) : line.length;
  return (
    <div className={classes.problem} data-testid="console-problem">
      {lines.length > 1 && (
        <pre className={classes.again} dir="ltr">
          {line}
        </pre>
      )}
      {/* The text before the place, unseen, keeps the mark under it, whatever letters there are. */}
      <pre className={classes.caret} dir="ltr" aria-hidden>
        <span className={classes.unseen}>{line.slice(0, from)}</span>
        <span className={classes.under}>{line.slice(from, to) || ' '}</span>
      </pre>
      <p className={classes.message} dir="ltr">
        {lines.length > 1 && (
          <>
            <Trans>Line {problem.line}</Trans>
            {': '}
          </>
        )}
        {problem.message}
      </p>
      {problem.explanation && (
        <p className={classes.why} dir="ltr">
          {problem.explanation}
        </p>
      )}
    </div>
  );
}

/** Go counts columns in bytes; a text here is cut in UTF-16 units. */
export function inText(line: string, column: number): number {
  const bytes = new TextEncoder().encode(line).slice(0, Math.max(0, column - 1));
  return new TextDecoder().decode(bytes).length;
}

/** How a line ended that did not simply end. */
function Outcome({ end }: { end: ConsoleEnd }) {
  const { t } = useLingui();
  const { code } = end;
  const said: Record<string, string> = {
    exit: t`The line called os.Exit with code ${code}. A console does not end by that.`,
    stopped: t`Stopped.`,
    panic: t`The line panicked.`,
    forgotten: t`With the program as it is now, this line from before is wrong. It is forgotten.`,
    lost: t`The lines before could not be run again. What they did is gone; what was declared is still there, and variables begin anew.`,
  };
  if (end.outcome === 'done' || end.outcome === 'compile') return null;
  const sentence = said[end.outcome] ?? end.message;
  return (
    <p className={classes.outcome} role="status">
      {sentence}
      {end.undone && end.outcome !== 'unavailable' && end.outcome !== 'forgotten' && (
        <>
          {' '}
          <Trans>Everything is as it was before it.</Trans>
        </>
      )}
    </p>
  );
}

/** Which engine answered, and how long that took where one had to wait. */
function Engine({ end }: { end: ConsoleEnd }) {
  const { t } = useLingui();
  if (!end.engine) return null;
  const { why } = end;
  const time = duration(end.wallMs);
  if (end.engine === 'yaegi') {
    return (
      <span className={classes.engine} title={t`Answered by the quick engine, in ${time}`}>
        <Trans>quick</Trans>
      </span>
    );
  }
  return (
    <span className={classes.engine} title={why ? t`Built by Go’s compiler, because of: ${why}` : t`Built by Go’s compiler`}>
      <Trans>compiled · {time}</Trans>
    </span>
  );
}
