import { msg } from '@lingui/core/macro';
import { IconArrowRight, IconCursorText, IconHelp } from '@tabler/icons-react';
import { goToDefinition } from '@/lib/editor/defining';
import { explainName } from '@/lib/editor/hovering';
import { renameName } from '@/lib/editor/renaming';
import { always, writable, type Action } from './action';

/** What can be done with the name at the caret. */
export const rename: Action = {
  label: msg`Rename`,
  icon: IconCursorText,
  shortcut: 'F2',
  allowed: always,
  ready: writable,
  perform: ({ program }) => program?.shown.dispatch({ effects: renameName.of(null) }),
};

export const definition: Action = {
  label: msg`Go to where it is declared`,
  icon: IconArrowRight,
  shortcut: 'F12',
  allowed: always,
  ready: writable,
  perform: ({ program }) => (program ? goToDefinition(program.shown) : undefined),
};

export const explain: Action = {
  label: msg`What is this?`,
  icon: IconHelp,
  shortcut: 'F1',
  allowed: always,
  ready: ({ program }) => program !== null,
  perform: ({ program }) => program?.shown.dispatch({ effects: explainName.of(null) }),
};
