import { msg } from '@lingui/core/macro';
import { IconChalkboard, IconCode, IconInbox, IconLayoutGrid, IconMessage, IconUsers } from '@tabler/icons-react';
import { always, desk, type Action } from './action';

/** The places of a room and the tabs beside them. */
export const goToCode: Action = {
  label: msg`Code`,
  icon: IconCode,
  shortcut: 'Alt+1',
  allowed: ({ teaches }) => !teaches,
  ready: always,
  perform: () => desk.setState({ place: 'code' }),
};

/** A co-teacher's own code, beside the places of a teacher. */
export const goToOwnCode: Action = { ...goToCode, shortcut: 'Alt+2', allowed: ({ teaches, teacher }) => teaches && !teacher };

export const goToWall: Action = {
  label: msg`Wall`,
  icon: IconLayoutGrid,
  shortcut: 'Alt+1',
  allowed: ({ teaches }) => teaches,
  ready: always,
  perform: () => desk.setState({ place: 'wall' }),
};

export const goToBoard: Action = {
  label: msg`Board`,
  icon: IconChalkboard,
  shortcut: 'Alt+2',
  allowed: ({ teacher }) => teacher,
  ready: always,
  perform: () => desk.setState({ place: 'board' }),
};

export const goToHandedIn: Action = {
  label: msg`Handed in`,
  icon: IconInbox,
  shortcut: 'Alt+3',
  allowed: ({ teaches }) => teaches,
  ready: always,
  perform: () => desk.setState({ place: 'handed-in' }),
};

export const goToChat: Action = {
  label: msg`Chat`,
  icon: IconMessage,
  shortcut: 'Alt+8',
  allowed: always,
  ready: always,
  perform: () => desk.setState({ sideOpen: true, sideTab: 'chat' }),
};

export const goToPeople: Action = {
  label: msg`People`,
  icon: IconUsers,
  shortcut: 'Alt+9',
  allowed: always,
  ready: always,
  perform: () => desk.setState({ sideOpen: true, sideTab: 'people' }),
};
