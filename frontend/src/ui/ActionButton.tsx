import { ActionIcon, Button, Tooltip, type ButtonProps } from '@mantine/core';
import { useLingui } from '@lingui/react/macro';
import { actions, perform, type ActionName } from '@/actions';
import { useSituation, type Action } from '@/actions/action';
import { keyNames } from './keys';

interface Props extends Pick<ButtonProps, 'variant' | 'color' | 'size' | 'className'> {
  name: ActionName;
  /** Draws the sign alone; the name is told to those who hover and to screen readers. */
  bare?: boolean;
  loading?: boolean;
}

/** A button that does an action: nothing is drawn where it is not allowed. */
export function ActionButton({ name, bare = false, loading = false, variant = 'default', ...rest }: Props) {
  const { i18n } = useLingui();
  const now = useSituation();
  const action: Action = actions[name];
  if (!action.allowed(now)) return null;
  const label = i18n._(action.label);
  const tip = action.shortcut ? `${label} (${keyNames(action.shortcut).join(' ')})` : label;
  const disabled = !action.ready(now);
  const { icon: Sign } = action;
  if (bare) {
    return (
      <Tooltip label={tip}>
        <ActionIcon aria-label={label} disabled={disabled} onClick={() => perform(name)}>
          <Sign size={20} stroke={1.8} aria-hidden />
        </ActionIcon>
      </Tooltip>
    );
  }
  const button = (
    <Button {...rest} variant={variant} loading={loading} disabled={disabled} leftSection={<Sign size={18} stroke={1.8} aria-hidden />} onClick={() => perform(name)}>
      {label}
    </Button>
  );
  return action.shortcut ? <Tooltip label={tip}>{button}</Tooltip> : button;
}
