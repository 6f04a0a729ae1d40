import { msg } from '@lingui/core/macro';
import { IconDoorExit } from '@tabler/icons-react';
import { always, desk, type Action } from './action';

export const leave: Action = {
  label: msg`Leave`,
  icon: IconDoorExit,
  allowed: ({ teacher }) => !teacher,
  ready: always,
  perform: () => desk.setState({ overlay: 'leave' }),
};

export const end: Action = {
  label: msg`End`,
  icon: IconDoorExit,
  allowed: ({ teacher }) => teacher,
  ready: always,
  perform: () => desk.setState({ overlay: 'leave' }),
};
