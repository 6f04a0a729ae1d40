import { msg } from '@lingui/core/macro';
import { IconBroadcast } from '@tabler/icons-react';
import { always, desk, type Action } from './action';

export const sendToAll: Action = {
  label: msg`Send to everyone`,
  icon: IconBroadcast,
  allowed: ({ teaches }) => teaches,
  ready: always,
  perform: () => desk.setState({ overlay: 'send' }),
};
