import { t } from '@lingui/core/macro';
import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { asFailure } from '@/lib/failure';
import { FailureNote } from './FailureNote';

/** News, at the edge of the window: it never takes the keyboard. */
export function tell(message: ReactNode, options: { id?: string; title?: ReactNode; autoClose?: number | false } = {}): void {
  notifications.show({ message, withBorder: true, autoClose: 5000, closeButtonProps: { 'aria-label': t`Close` }, ...options });
}

/** A failure that has no better place on screen. Stays until it is dismissed. */
export function tellFailure(reason: unknown): void {
  const failure = asFailure(reason);
  const id = `failure-${failure.code}-${failure.message}`;
  notifications.hide(id);
  notifications.show({
    id,
    message: <FailureNote failure={failure} onClose={() => notifications.hide(id)} />,
    autoClose: false,
    withCloseButton: false,
    classNames: { root: 'ts-bare-note' },
    styles: { root: { padding: 0, border: 'none', '--notification-color': 'transparent' }, body: { margin: 0 }, description: { color: 'inherit' } },
  });
}
