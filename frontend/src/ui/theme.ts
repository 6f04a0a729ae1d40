import { ActionIcon, Button, createTheme, Menu, Modal, Switch, TextInput, Tooltip, type CSSVariablesResolver } from '@mantine/core';

/** Mantine, told to use the page's own colours. One accent, and nothing that is round for the sake of it. */
export const theme = createTheme({
  primaryColor: 'lake',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  colors: {
    lake: ['#e9f5f3', '#d2e9e6', '#a6d4ce', '#80cfc4', '#5cc4b7', '#2f998d', '#1c8277', '#0f6e66', '#0a5a54', '#064742'],
  },
  fontFamily: 'var(--ts-sans)',
  fontFamilyMonospace: 'var(--ts-mono)',
  headings: { fontFamily: 'var(--ts-sans)', fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'md' }, styles: { label: { marginBlockEnd: 4 } } }),
    Switch: Switch.extend({ defaultProps: { size: 'md', withThumbIndicator: false } }),
    Modal: Modal.extend({ defaultProps: { centered: true, radius: 'lg', overlayProps: { backgroundOpacity: 0.4 } } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', position: 'bottom-end' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 500, withArrow: false, events: { hover: true, focus: true, touch: false } } }),
  },
});

const shared = {
  '--mantine-color-body': 'var(--ts-surface)',
  '--mantine-color-text': 'var(--ts-text)',
  '--mantine-color-dimmed': 'var(--ts-muted)',
  '--mantine-color-placeholder': 'var(--ts-faint)',
  '--mantine-color-default': 'var(--ts-surface)',
  '--mantine-color-default-hover': 'var(--ts-bg)',
  '--mantine-color-default-color': 'var(--ts-text)',
  '--mantine-color-default-border': 'var(--ts-line-strong)',
  '--mantine-color-error': 'var(--ts-danger)',
  '--mantine-color-anchor': 'var(--ts-accent)',
  '--mantine-primary-color-filled': 'var(--ts-accent)',
  '--mantine-primary-color-contrast': 'var(--ts-on-accent)',
  '--mantine-primary-color-light': 'var(--ts-accent-soft)',
  '--mantine-primary-color-light-color': 'var(--ts-accent)',
  '--mantine-color-gray-light-color': 'var(--ts-text)',
  '--mantine-color-gray-light-hover': 'var(--ts-bg)',
};

export const colours: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
