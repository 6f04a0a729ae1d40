import { Button, Group, Loader } from '@mantine/core';
import { Trans } from '@lingui/react/macro';
import type { View } from '@/lib/types';
import classes from './JoinDoor.module.css';

/** The teacher has been asked: how it stands, and a way to give up. */
export function AtTheDoor({ view, onCancel }: { view: View; onCancel(): void }) {
  const { teacher, title, place } = view;
  return (
    <Group className={classes.connecting} justify="space-between" wrap="nowrap" role="status" data-testid="waiting">
      <Group gap="sm" wrap="nowrap">
        <Loader size="xs" aria-hidden />
        <span>
          {teacher ? (
            <Trans>
              {teacher} has been asked to let you into “{title}”.
            </Trans>
          ) : (
            <Trans>The teacher has been asked to let you in.</Trans>
          )}{' '}
          {place > 1 ? <Trans>You are number {place} in the line.</Trans> : <Trans>You are next.</Trans>}
        </span>
      </Group>
      <Button variant="default" size="compact-sm" flex="none" onClick={onCancel}>
        <Trans>Cancel</Trans>
      </Button>
    </Group>
  );
}
