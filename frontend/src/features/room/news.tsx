import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { copyText } from '@/lib/backend';
import { take } from '@/lib/take';
import { useDesk } from '@/lib/stores/desk';
import { teaches, watches } from '@/lib/stores/room';
import type { SentCode, View } from '@/lib/types';
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

/** This person has another role: said in words, and the desk is set for it. */
export function tellRole(view: View): void {
  const said = {
    'co-teacher': t`You are a co-teacher now: you see everyone’s code and what is handed in, and you may mute and remove.`,
    student: t`You are a student in this room now.`,
    observer: t`You are an observer now: you see the teacher’s board.`,
  }[view.role];
  if (said) tell(said, { id: `role-${view.role}`, autoClose: 15_000 });
  useDesk.setState({ place: teaches(view) ? 'wall' : 'code', codeTab: watches(view) ? 'board' : 'mine', overlay: 'none' });
}

/** Typing that had not reached the disk was put back. */
export function tellRescued(): void {
  tell(t`Your last typing had not reached the disk and was put back. What was on the disk is kept under Versions.`, { id: 'rescued', autoClose: 20_000 });
}

/** What was typed last in someone else's code never got there. */
export function tellLost(text: string, owner: string): void {
  const id = `lost-${owner}`;
  const copied = () => {
    copyText(text).then(() => notifications.hide(id), tellFailure);
  };
  tell(
    <Group justify="space-between" gap="sm">
      <span>{t`What you typed last did not get into it. Nothing there was changed by it.`}</span>
      <Button size="compact-sm" variant="default" onClick={copied}>
        <Trans>Copy the text as you had it</Trans>
      </Button>
    </Group>,
    { id, title: t`${owner}’s code has moved on`, autoClose: false },
  );
}
