import { Button, Group } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Failure } from '@/lib/types';
import { CopyButton } from './CopyButton';
import classes from './FailureNote.module.css';

interface Props {
  failure: Failure;
  /** What can be done about it from here. */
  children?: ReactNode;
  onClose?(): void;
}

/** A failure: what happened, what to do, and the details folded away, to be copied for someone who can help. */
export function FailureNote({ failure, children, onClose }: Props) {
  const { t } = useLingui();
  return (
    <div className={classes.note} role="alert">
      <IconAlertTriangle className={classes.icon} size={20} stroke={1.8} aria-hidden />
      <div className={classes.body}>
        <p className={classes.message}>{failure.message}</p>
        {failure.hint && <p className={classes.hint}>{failure.hint}</p>}
        {failure.details && (
          <details className={classes.details}>
            <summary>
              <Trans>Details</Trans>
            </summary>
            <pre>{failure.details}</pre>
            <CopyButton text={`${failure.message}\n${failure.hint}\n${failure.code}\n${failure.details}`} label={t`Copy details`} />
          </details>
        )}
        {(children || onClose) && (
          <Group gap="xs" mt="xs">
            {children}
            {onClose && (
              <Button variant="subtle" size="compact-sm" onClick={onClose}>
                <Trans>Dismiss</Trans>
              </Button>
            )}
          </Group>
        )}
      </div>
    </div>
  );
}
