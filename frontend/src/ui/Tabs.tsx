import type { ReactNode } from 'react';
import { useRef, type KeyboardEvent } from 'react';
import classes from './Tabs.module.css';

interface Tab<T extends string> {
  id: T;
  label: ReactNode;
}

interface Props<T extends string> {
  label: string;
  tabs: Tab<T>[];
  value: T;
  onChange(id: T): void;
  children?: ReactNode;
}

/** Tabs above a pane; arrow keys move between them. */
export function Tabs<T extends string>({ label, tabs, value, onChange, children }: Props<T>) {
  const bar = useRef<HTMLDivElement>(null);
  const key = (event: KeyboardEvent) => {
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const step = { ArrowRight: rtl, ArrowLeft: -rtl }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.id === value);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    onChange(next.id);
    bar.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <div className={classes.bar}>
      <div ref={bar} role="tablist" aria-label={label} className={classes.tabs} onKeyDown={key} tabIndex={-1}>
        {tabs.map((tab) => (
          <button key={tab.id} type="button" role="tab" data-tab={tab.id} className={classes.tab} aria-selected={tab.id === value} tabIndex={tab.id === value ? 0 : -1} onClick={() => onChange(tab.id)}>
            {tab.label}
          </button>
        ))}
      </div>
      {children}
    </div>
  );
}
