import { msg } from '@lingui/core/macro';
import { IconSend } from '@tabler/icons-react';
import { always, desk, learns, type Action } from './action';

export const handIn: Action = {
  label: msg`Hand in`,
  icon: IconSend,
  shortcut: 'Mod+Shift+H',
  allowed: learns,
  ready: always,
  perform: () => desk.setState({ overlay: 'hand-in' }),
};
