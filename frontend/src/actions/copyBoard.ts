import { msg } from '@lingui/core/macro';
import { IconCopyPlus } from '@tabler/icons-react';
import { take } from '@/lib/take';
import type { Action } from './action';

/** The teacher's board becomes one's own code; what was there is kept as a version first. */
export const copyBoard: Action = {
  label: msg`Copy to my code`,
  icon: IconCopyPlus,
  allowed: ({ teacher, watches }) => !teacher && !watches,
  ready: ({ program }) => program?.docId === 'board',
  perform: async () => {
    await take('board');
  },
};
