import { msg } from '@lingui/core/macro';
import { IconPlayerPlayFilled } from '@tabler/icons-react';
import { usePrefs } from '@/lib/stores/prefs';
import { startRun } from '@/lib/stores/runs';
import { always, type Action } from './action';

export const run: Action = {
  label: msg`Run`,
  icon: IconPlayerPlayFilled,
  shortcut: 'Mod+Enter',
  allowed: always,
  ready: ({ program, running }) => program !== null && running !== 'starting',
  perform: ({ program }) => (program ? startRun({ docId: program.docId, text: program.text(), engine: usePrefs.getState().engine }) : undefined),
};
