import { Kbd } from '@mantine/core';

const apple = typeof navigator !== 'undefined' && /Mac|iP(hone|ad|od)/.test(navigator.platform);

/** A shortcut as the keys on this machine are called: "Mod+Enter" is ⌘ Enter on a Mac, Ctrl Enter elsewhere. */
export function keyNames(shortcut: string): string[] {
  return shortcut.split('+').map((key) => {
    if (key === 'Mod') return apple ? '⌘' : 'Ctrl';
    if (key === 'Alt') return apple ? '⌥' : 'Alt';
    if (key === 'Escape') return 'Esc';
    return key;
  });
}

export function Keys({ shortcut }: { shortcut: string }) {
  return (
    <span aria-hidden style={{ display: 'inline-flex', gap: 2 }}>
      {keyNames(shortcut).map((key) => (
        <Kbd key={key} size="xs">
          {key}
        </Kbd>
      ))}
    </span>
  );
}
