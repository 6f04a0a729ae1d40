import { msg } from '@lingui/core/macro';
import { IconCopyPlus } from '@tabler/icons-react';
import { code } from '@/lib/backend';
import { docs } from '@/lib/docs';
import { desk, type Action } from './action';

/** The teacher's board becomes one's own code; what was there is kept as a version first, and is an undo away. */
export const copyBoard: Action = {
  label: msg`Copy to my code`,
  icon: IconCopyPlus,
  allowed: ({ teacher }) => !teacher,
  ready: ({ program }) => program?.docId === 'board',
  perform: async () => {
    const [board, mine] = await Promise.all([docs().open('board'), docs().open('mine')]);
    await mine.flush();
    await code.KeepVersion('');
    mine.replace(board.text);
    desk.setState({ place: 'code', codeTab: 'mine' });
  },
};
