import { msg } from '@lingui/core/macro';
import { IconAlignLeft } from '@tabler/icons-react';
import { format as layOut } from '@/lib/editor/formatting';
import { always, writable, type Action } from './action';

/** Lays the program out as gofmt does and puts its imports in order: what is missing is added, what is not used goes. */
export const format: Action = {
  label: msg`Format`,
  icon: IconAlignLeft,
  shortcut: 'Shift+Alt+F',
  allowed: always,
  ready: writable,
  perform: ({ program }) => (program ? layOut(program.shown) : undefined),
};
