import { t } from '@lingui/core/macro';
import { code } from './backend';
import { saved } from './docs';
import { useDesk } from './stores/desk';

/** Makes a version, code that was sent, or the board, one's own code. What was there is kept as a version first. */
export async function take(id: string): Promise<void> {
  await saved(t`Your last typing is not on disk yet, so nothing was replaced.`);
  await code.Take(id);
  useDesk.setState({ place: 'code', codeTab: 'mine', overlay: 'none', looking: null });
}
