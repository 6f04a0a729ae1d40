import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import classes from './Splitter.module.css';

interface Props {
  label: string;
  /** The share of what lies after it, in per cent. */
  value: number;
  min?: number;
  max?: number;
  onChange(value: number): void;
}

/** The bar between two panes, one above the other: dragged, or moved with the arrow keys. */
export function Splitter({ label, value, min = 12, max = 80, onChange }: Props) {
  const bar = useRef<HTMLDivElement>(null);
  const set = (next: number) => onChange(Math.min(max, Math.max(min, next)));
  const drag = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = bar.current?.parentElement?.getBoundingClientRect();
    if (box) set(((box.bottom - event.clientY) / box.height) * 100);
  };
  const key = (event: KeyboardEvent) => {
    const step = { ArrowUp: 4, ArrowDown: -4, PageUp: 16, PageDown: -16, Home: 100, End: -100 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(value + step);
  };
  return (
    // A separator that can be focused is a control: ARIA says so, the linter's list does not.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={bar}
      className={classes.bar}
      role="separator"
      aria-orientation="horizontal"
      aria-label={label}
      aria-valuenow={Math.round(value)}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onKeyDown={key}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
    />
  );
}
