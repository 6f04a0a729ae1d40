import { msg } from '@lingui/core/macro';
import { IconHistory } from '@tabler/icons-react';
import { always, desk, type Action } from './action';

export const versions: Action = {
  label: msg`Versions`,
  icon: IconHistory,
  allowed: ({ teacher, watches }) => !teacher && !watches,
  ready: always,
  perform: () => desk.setState({ overlay: 'versions' }),
};
