import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { take } from '@/lib/take';
import { useDesk } from '@/lib/stores/desk';
import type { SentCode } from '@/lib/types';
import { tell, tellFailure } from '@/ui/say';

/** Code came from the teacher: it is announced, and nothing is changed until it is taken. */
export function tellSent(sent: SentCode): void {
  const id = `sent-${sent.id}`;
  const look = () => {
    notifications.hide(id);
    useDesk.setState({ overlay: 'versions', looking: { kind: 'sent', id: sent.id } });
  };
  const taken = () => {
    notifications.hide(id);
    void take(sent.id).catch(tellFailure);
  };
  tell(
    <Group justify="space-between" gap="sm">
      <span>
        <b>{sent.title}</b>
      </span>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={look}>
          <Trans>Look</Trans>
        </Button>
        <Button size="compact-sm" onClick={taken}>
          <Trans>Take</Trans>
        </Button>
      </Group>
    </Group>,
    { id, title: t`Your teacher sent code`, autoClose: false },
  );
}

/** Typing that had not reached the disk was put back. */
export function tellRescued(): void {
  tell(t`Your last typing had not reached the disk and was put back. What was on the disk is kept under Versions.`, { id: 'rescued', autoClose: 20_000 });
}
