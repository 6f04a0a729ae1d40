import { t } from '@lingui/core/macro';
import { code } from '@/lib/backend';
import { saved } from '@/lib/docs';
import { useDesk } from '@/lib/stores/desk';
import { tell } from '@/ui/say';

/** Makes a version, or code that was sent, one's own code. What was there is kept as a version first. */
export async function take(id: string): Promise<void> {
  await saved(t`Your last typing is not on disk yet, so nothing was replaced.`);
  await code.Take(id);
  useDesk.setState({ place: 'code', codeTab: 'mine', overlay: 'none', looking: null });
  tell(t`It is in your code now. What you had before is kept under Versions.`);
}
