import { msg } from '@lingui/core/macro';
import { IconMaximize } from '@tabler/icons-react';
import { always, desk, type Action } from './action';

export const showRoomCode: Action = {
  label: msg`Show large`,
  icon: IconMaximize,
  shortcut: 'Mod+Shift+L',
  allowed: ({ teacher }) => teacher,
  ready: always,
  perform: () => desk.setState({ overlay: 'room-code' }),
};
