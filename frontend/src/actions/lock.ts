import { msg } from '@lingui/core/macro';
import { IconLock, IconLockOpen } from '@tabler/icons-react';
import { room } from '@/lib/backend';
import { always, type Action } from './action';

export const lock: Action = {
  label: msg`Lock`,
  icon: IconLockOpen,
  allowed: ({ teacher, view }) => teacher && !view?.locked,
  ready: always,
  perform: () => room.SetLocked(true),
};

export const unlock: Action = {
  label: msg`Locked`,
  icon: IconLock,
  allowed: ({ teacher, view }) => teacher && Boolean(view?.locked),
  ready: always,
  perform: () => room.SetLocked(false),
};
