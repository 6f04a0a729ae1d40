import { msg } from '@lingui/core/macro';
import { IconStethoscope } from '@tabler/icons-react';
import { always, desk, type Action } from './action';

export const examine: Action = {
  label: msg`Check the connection`,
  icon: IconStethoscope,
  allowed: ({ teacher }) => teacher,
  ready: always,
  perform: () => desk.setState({ overlay: 'doctor' }),
};
