import { msg } from '@lingui/core/macro';
import { IconPlayerStopFilled } from '@tabler/icons-react';
import { stopRun } from '@/lib/stores/runs';
import { always, type Action } from './action';

/** Its key, Escape, is bound where it is meant: in the output and, when nothing else is open, in the editor. */
export const stop: Action = {
  label: msg`Stop`,
  icon: IconPlayerStopFilled,
  allowed: always,
  ready: ({ running }) => running === 'running',
  perform: stopRun,
};
