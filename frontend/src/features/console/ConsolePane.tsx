import { Button } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconEraser, IconPlayerStopFilled, IconRestore } from '@tabler/icons-react';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { Shown } from '@/lib/collab/session';
import { askForPrompt, clearConsole, evaluate, openConsole, restartConsole, stopConsole, useConsole } from '@/lib/stores/console';
import { clock } from '@/lib/when';
import { FailureNote } from '@/ui/FailureNote';
import classes from './ConsolePane.module.css';
import { Line } from './Line';
import { Prompt } from './Prompt';

const examples = ['strings.ToUpper("go")', 'x := []int{3, 1, 2}'];

/** A console over the definitions of the program that is on screen. */
export function ConsolePane({ docId, doc }: { docId: string; doc: Shown }) {
  const { t } = useLingui();
  const entries = useConsole((s) => s.entries);
  const about = useConsole((s) => s.docId);
  const failure = useConsole((s) => s.failure);
  const busy = useConsole((s) => s.busy);
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const ours = about === docId ? entries : [];

  useEffect(() => {
    void openConsole(docId, doc.text);
  }, [docId, doc]);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && atEnd.current) box.scrollTop = box.scrollHeight;
  }, [entries, busy]);

  const submit = useCallback((typed: string) => void evaluate(docId, doc.text, typed), [docId, doc]);
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && useConsole.getState().busy) {
      event.preventDefault();
      void stopConsole();
    }
    if (event.key === 'l' && event.ctrlKey && !event.defaultPrevented) {
      event.preventDefault();
      clearConsole();
    }
  };

  return (
    // Escape stops and Ctrl+L clears, from anywhere in the pane.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={classes.pane} onKeyDown={keys} data-testid="console">
      <div
        ref={scroller}
        className={classes.scroll}
        role="log"
        aria-label={t`Console`}
        // It can be scrolled with the keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onScroll={(e) => {
          const box = e.currentTarget;
          atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
        }}
      >
        {ours.length === 0 && <Beginning submit={submit} />}
        {ours.map((entry) => (
          <Line key={entry.line} entry={entry} />
        ))}
        {failure && (
          <div className={classes.failure}>
            <FailureNote failure={failure} />
          </div>
        )}
        {busy && <Waiting />}
      </div>
      <Prompt onSubmit={submit} />
      <Definitions doc={doc} />
    </div>
  );
}

/** What can be typed, before anything has been. */
function Beginning({ submit }: { submit(typed: string): void }) {
  const tryOut = (example: string) => {
    submit(example);
    askForPrompt();
  };
  return (
    <div className={classes.empty}>
      <p>
        <Trans>Type an expression or a statement and press Enter: its value appears here. What the program declares can be used, and so can Go’s library, without an import. Try:</Trans>
      </p>
      <div className={classes.examples}>
        {examples.map((example) => (
          <button key={example} type="button" className={classes.example} onClick={() => tryOut(example)} dir="ltr">
            {example}
          </button>
        ))}
      </div>
    </div>
  );
}

/** Something is being answered. It says so only if that takes a while. */
function Waiting() {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 250);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <p className={classes.waiting} role="status">
      <span className={classes.running} aria-hidden />
      <Trans>Working…</Trans>
      <Button size="compact-xs" variant="default" leftSection={<IconPlayerStopFilled size={12} aria-hidden />} onClick={() => void stopConsole()}>
        <Trans>Stop</Trans>
      </Button>
    </p>
  );
}

/** Of when the definitions are that the console uses. */
function Definitions({ doc }: { doc: Shown }) {
  const { t } = useLingui();
  const opened = useConsole((s) => s.opened);
  const text = useConsole((s) => s.text);
  const problem = useConsole((s) => s.problems[0]);
  const busy = useConsole((s) => s.busy);
  if (!opened) return null;
  const time = clock(opened);
  const line = problem?.line ?? 0;
  const none = Boolean(problem) && text === doc.text;
  return (
    <footer className={classes.foot}>
      <span data-testid="console-definitions" data-wrong={Boolean(problem) || undefined}>
        {!problem && <Trans>Uses the program as of {time}; changes are taken up with the next line.</Trans>}
        {problem && none && <Trans>The program has an error in line {line}, so what it declares cannot be used here until that is mended.</Trans>}
        {problem && !none && <Trans>The program has an error in line {line}, so the console goes on with it as of {time}.</Trans>}
      </span>
      <span className={classes.buttons}>
        <button type="button" className={classes.button} onClick={clearConsole} aria-label={t`Clear the console`} title={t`Clear (Ctrl + L)`}>
          <IconEraser size={16} stroke={1.8} aria-hidden />
        </button>
        <button type="button" className={classes.button} disabled={busy} onClick={() => void restartConsole(doc.text)} aria-label={t`Begin anew`} title={t`Begin anew: forget what was typed`}>
          <IconRestore size={16} stroke={1.8} aria-hidden />
        </button>
      </span>
    </footer>
  );
}
