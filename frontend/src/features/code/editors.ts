/** Makes the editors of a room: what each is called and what its keys do. */
import { t } from '@lingui/core/macro';
import type { Extension } from '@codemirror/state';
import { perform } from '@/actions';
import { goEditor } from '@/lib/editor/setup';
import { useRuns } from '@/lib/stores/runs';
import { tell, tellFailure } from '@/ui/say';
import { following } from './follow';

export function editorFor(id: string, pen: boolean): Extension {
  return [
    goEditor({
      pen,
      label: labelFor(id, pen),
      run: () => {
        perform('run');
        return true;
      },
      stop: () => perform('stop'),
      ranWell: () => useRuns.getState().exit?.reason !== 'compile',
      failed: tellFailure,
      tooLong: () => tell(t`That is too much for one file. Put it in smaller pieces.`, { id: 'too-long' }),
    }),
    pen ? [] : following(),
  ];
}

function labelFor(id: string, pen: boolean): string {
  if (id === 'mine') return t`My code. Escape, then Tab leaves the editor.`;
  if (id === 'board') return t`Teacher’s board`;
  return pen ? t`Code edited together. Escape, then Tab leaves the editor.` : t`Code, to be read`;
}
