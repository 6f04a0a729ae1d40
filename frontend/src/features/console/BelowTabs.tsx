import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { askForPrompt, useConsole } from '@/lib/stores/console';
import { useRuns } from '@/lib/stores/runs';
import classes from './ConsolePane.module.css';

/** Output or console: which of them is below the program. What is run shows its output. */
export function BelowTabs() {
  const { t } = useLingui();
  const tab = useConsole((s) => s.tab);
  const bar = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      useRuns.subscribe((now, before) => {
        if (now.phase === 'starting' && before.phase !== 'starting') useConsole.setState({ tab: 'output' });
      }),
    [],
  );
  const tabs = [
    { id: 'output', label: t`Output` },
    { id: 'console', label: t`Console` },
  ] as const;
  const choose = (id: 'output' | 'console') => {
    useConsole.setState({ tab: id });
    if (id === 'console') askForPrompt();
  };
  const key = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    event.preventDefault();
    const next = tab === 'output' ? 'console' : 'output';
    useConsole.setState({ tab: next });
    bar.current?.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  return (
    <div ref={bar} className={classes.switch} role="tablist" aria-label={t`Below the program`} onKeyDown={key} tabIndex={-1}>
      {tabs.map(({ id, label }) => (
        <button key={id} type="button" role="tab" data-tab={id} className={classes.choice} aria-selected={id === tab} tabIndex={id === tab ? 0 : -1} onClick={() => choose(id)}>
          {label}
        </button>
      ))}
    </div>
  );
}
