import { Button } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconX } from '@tabler/icons-react';
import { memo, useLayoutEffect, useRef, useState, type KeyboardEvent, type SyntheticEvent } from 'react';
import { perform } from '@/actions';
import type { Shown } from '@/lib/collab/session';
import { offsetAt } from '@/lib/editor/diagnostics';
import type { Block } from '@/lib/output';
import { clearRun, endInput, giveInput, useRuns, type RunStep } from '@/lib/stores/runs';
import type { RunDiagnostic } from '@/lib/types';
import { FailureNote } from '@/ui/FailureNote';
import { keyNames } from '@/ui/keys';
import { Details } from './Details';
import { useLater } from './later';
import classes from './OutputPane.module.css';
import { verdict } from './verdict';

/** Ends of which the runner's own sentence says more than ours. */
const tellsMore = new Set(['failed', 'panic', 'time', 'cpu', 'memory', 'output', 'crashed', 'unavailable']);

/** What the program prints, what it asks, what is wrong with it and how it ended. */
export function OutputPane({ docId, doc }: { docId: string; doc: Shown }) {
  const { t } = useLingui();
  const about = useRuns((s) => s.docId);
  const phase = useRuns((s) => s.phase);
  const output = useRuns((s) => s.output);
  const diagnostics = useRuns((s) => s.diagnostics);
  const exit = useRuns((s) => s.exit);
  const failure = useRuns((s) => s.failure);
  const stopping = useRuns((s) => s.stopping);
  const step = useRuns((s) => s.step);
  const replaced = useRuns((s) => s.replaced);
  const middleCut = useRuns((s) => s.middleCut);
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const ours = phase !== 'idle' && about === docId;

  useLayoutEffect(() => {
    const box = scroller.current;
    if (box && atEnd.current) box.scrollTop = box.scrollHeight;
  }, [output, exit, diagnostics]);

  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && perform('stop')) event.preventDefault();
  };

  if (!ours) {
    const combination = keyNames('Mod+Enter').join(' + ');
    return (
      <div className={classes.empty} data-testid="output">
        <Trans>What the program prints appears here. Run it with {combination}.</Trans>
      </div>
    );
  }
  const ended = exit ? verdict(exit) : null;
  const place = ({ line, column }: RunDiagnostic) => (column > 0 ? t`Line ${line}, column ${column}` : t`Line ${line}`);
  const jump = (d: RunDiagnostic) => doc.reveal(offsetAt(doc.state.doc, d.line, d.column));
  return (
    // Escape stops the program from anywhere in the pane.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className={classes.pane} onKeyDown={keys}>
      <div
        ref={scroller}
        className={classes.scroll}
        role="log"
        aria-label={t`Output`}
        // It can be scrolled with the keyboard, and Escape in it stops the program.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        data-testid="output"
        onScroll={(e) => {
          const box = e.currentTarget;
          atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
        }}
      >
        {replaced && (
          <p className={classes.cut} role="status">
            <Trans>Go’s own compiler took this program over and prints something else than the quick engine did. What was shown before is void; this is its output from the start.</Trans>
          </p>
        )}
        {output.cut && (
          <p className={classes.cut}>
            <Trans>The beginning is no longer shown: the program printed too much.</Trans>
          </p>
        )}
        {middleCut && (
          <p className={classes.cut}>
            <Trans>Some of the output is missing here: it came while this page was not open.</Trans>
          </p>
        )}
        {output.blocks.length > 0 && (
          <pre className={classes.text} dir="ltr">
            {output.blocks.map((block) => (
              <Printed key={block.key} block={block} />
            ))}
          </pre>
        )}
        {diagnostics.length > 0 && (
          <ul className={classes.problems} aria-label={t`Errors`}>
            {diagnostics.map((d) => (
              <li key={`${d.line}:${d.column}:${d.message}`}>
                <button type="button" className={classes.problem} onClick={() => jump(d)} data-severity={d.severity}>
                  <IconAlertTriangle size={16} stroke={1.8} aria-hidden />
                  <span className={classes.where}>
                    {place(d)}
                  </span>
                  <span className={classes.what} dir="ltr">
                    {d.message}
                  </span>
                  {d.explanation && (
                    <span className={classes.why} dir="ltr">
                      {d.explanation}
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ul>
        )}
        {failure && (
          <div className={classes.failure}>
            <FailureNote failure={failure} />
          </div>
        )}
        {ended && (
          <p className={classes.verdict} data-good={ended.good || undefined} role="status" data-testid="verdict" data-reason={exit?.reason}>
            {ended.good ? <IconCircleCheck size={18} stroke={1.8} aria-hidden /> : <IconCircleX size={18} stroke={1.8} aria-hidden />}
            <span>
              {ended.sentence}
              {exit?.reason === 'compile' && diagnostics.length > 0 && (
                <>
                  {' '}
                  <Plural value={diagnostics.length} one="# error." other="# errors." />
                </>
              )}
              {exit?.message && tellsMore.has(exit.reason) && exit.message !== ended.sentence && <span className={classes.own}>{exit.message}</span>}
              {exit && <Details exit={exit} />}
            </span>
            <button type="button" className={classes.clear} onClick={clearRun} aria-label={t`Clear the output`}>
              <IconX size={16} aria-hidden />
            </button>
          </p>
        )}
      </div>
      {phase === 'running' && step && <Step step={step} />}
      {(phase === 'starting' || (phase === 'running' && !step)) && <Input waiting={stopping || phase === 'starting'} />}
    </div>
  );
}

const Printed = memo(function Printed({ block }: { block: Block }) {
  const { t } = useLingui();
  if (block.stream === 'stdout') return <span>{block.text}</span>;
  return (
    <span className={block.stream === 'stderr' ? classes.stderr : classes.stdin} title={block.stream === 'stderr' ? t`Error output` : t`Typed in`}>
      {block.text}
    </span>
  );
});

/** What is done before the program runs. */
function Step({ step }: { step: Exclude<RunStep, ''> }) {
  if (!useLater(150)) return null;
  return (
    <p className={classes.step} role="status" data-testid="step">
      <span className={classes.running} aria-hidden />
      {step === 'building' ? <Trans>Building with Go’s compiler…</Trans> : <Trans>Waiting for its turn: other programs are running…</Trans>}
    </p>
  );
}

/** The line that the program reads. */
function Input({ waiting }: { waiting: boolean }) {
  const { t } = useLingui();
  const ended = useRuns((s) => s.inputEnded);
  const [text, setText] = useState('');
  // A program that is over in a moment asks nothing: no line that flashes up and is gone.
  if (!useLater(150)) return null;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void giveInput(`${text}\n`);
    setText('');
  };
  return (
    <form className={classes.input} onSubmit={submit}>
      <span className={classes.running} aria-hidden />
      <input
        className={classes.line}
        aria-label={t`Input for the program`}
        placeholder={ended ? t`The input was ended` : t`The program is running. Type here what it reads…`}
        value={text}
        disabled={ended || waiting}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === 'd' && e.ctrlKey && !text) {
            e.preventDefault();
            void endInput();
          }
        }}
        autoComplete="off"
        spellCheck={false}
        dir="ltr"
        maxLength={4000}
      />
      <Button type="submit" size="compact-sm" variant="default" disabled={ended || waiting}>
        <Trans>Enter</Trans>
      </Button>
      <Button size="compact-sm" variant="subtle" disabled={ended || waiting} onClick={() => void endInput()}>
        <Trans>End of input</Trans>
      </Button>
    </form>
  );
}
