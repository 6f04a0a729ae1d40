import { useEffect } from 'react';
import { actions, perform, type ActionName } from '.';
import type { Action } from './action';

/** Whether these are the keys. Digits and letters are told by their place, so that Alt and Shift may change the sign. */
export function matches(shortcut: string, event: KeyboardEvent): boolean {
  const parts = shortcut.split('+');
  const key = parts[parts.length - 1] ?? '';
  const mod = event.ctrlKey || event.metaKey;
  if (parts.includes('Mod') !== mod || parts.includes('Alt') !== event.altKey || parts.includes('Shift') !== event.shiftKey) return false;
  return event.key.toLowerCase() === key.toLowerCase() || event.code === `Digit${key}` || event.code === `Key${key.toUpperCase()}`;
}

/** Listens for every action's keys. What an editor has used already is not used again. */
export function useShortcuts(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat) return;
      for (const [name, action] of Object.entries(actions) as [ActionName, Action][]) {
        if (action.shortcut && matches(action.shortcut, event) && perform(name)) {
          event.preventDefault();
          return;
        }
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
}
