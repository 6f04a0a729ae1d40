import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { room } from '@/lib/backend';
import type { Member } from '@/lib/types';
import { tell, tellFailure } from '@/ui/say';

/** Removes someone without asking, and offers to undo it. */
export async function removeAndOffer(member: Member): Promise<void> {
  try {
    await room.Remove(member.id);
  } catch (reason) {
    tellFailure(reason);
    return;
  }
  const id = `removed-${member.id}`;
  const readmit = () => {
    notifications.hide(id);
    void room.Readmit(member.id).catch(tellFailure);
  };
  tell(
    <Group justify="space-between" wrap="nowrap">
      <span>{t`${member.name} was removed.`}</span>
      <Button size="compact-sm" variant="default" onClick={readmit}>
        <Trans>Undo</Trans>
      </Button>
    </Group>,
    { id, autoClose: 15_000 },
  );
}
