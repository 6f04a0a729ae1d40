import { t } from '@lingui/core/macro';

/** Why a version was kept, in words. */
export function reasonWords(reason: string): string {
  switch (reason) {
    case 'typed':
      return t`Kept while you typed`;
    case 'sent':
      return t`Sent by your teacher`;
    case 'before-take':
      return t`Before it was replaced`;
    case 'handed-in':
      return t`Handed in`;
    case 'restored':
      return t`Taken back`;
    case 'rescued':
      return t`Rescued`;
    default:
      return t`Kept`;
  }
}
