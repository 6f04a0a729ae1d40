import {
  ActionIcon,
  Autocomplete,
  Button,
  createTheme,
  defaultVariantColorsResolver,
  Menu,
  Modal,
  Switch,
  TextInput,
  Tooltip,
  type CSSVariablesResolver,
  type VariantColorsResolver,
} from '@mantine/core';

const hover = 'color-mix(in srgb, var(--ts-accent) 86%, var(--ts-text))';

/** Whatever bears the accent takes it from the page's variables, so that every theme has its own contrast. */
const accent: VariantColorsResolver = (input) => {
  const primary = !input.color || input.color === input.theme.primaryColor;
  if (primary && input.variant === 'filled') return { background: 'var(--ts-accent)', hover, color: 'var(--ts-on-accent)', border: '1px solid transparent' };
  if (primary && input.variant === 'light') return { background: 'var(--ts-accent-soft)', hover: 'var(--ts-accent-soft)', color: 'var(--ts-accent)', border: '1px solid var(--ts-accent)' };
  if (primary && input.variant === 'subtle') return { background: 'transparent', hover: 'var(--ts-accent-soft)', color: 'var(--ts-accent)', border: '1px solid transparent' };
  if (input.color === 'gray' && input.variant === 'subtle') return { background: 'transparent', hover: 'var(--ts-bg)', color: 'var(--ts-text)', border: '1px solid transparent' };
  return defaultVariantColorsResolver(input);
};

/** Mantine, told to use the page's own colours. One accent, and nothing that is round for the sake of it. */
export const theme = createTheme({
  primaryColor: 'lake',
  primaryShade: { light: 7, dark: 4 },
  variantColorResolver: accent,
  colors: {
    dark: ['#e8eeed', '#cdd6d5', '#adbab8', '#8d9b99', '#3a4645', '#2a3433', '#1c2322', '#171d1c', '#121716', '#0c100f'],
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
    Autocomplete: Autocomplete.extend({ styles: { label: { marginBlockEnd: 4 } } }),
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 'lg' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'md' }, styles: { label: { marginBlockEnd: 4 } } }),
    Switch: Switch.extend({ defaultProps: { size: 'md', withThumbIndicator: false } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, radius: 'lg', overlayProps: { backgroundOpacity: 0.4 } },
      styles: { title: { fontSize: '1.125rem', fontWeight: 650 } },
    }),
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
  '--mantine-primary-color-filled-hover': hover,
  '--mantine-color-disabled': 'var(--ts-bg)',
  '--mantine-color-disabled-color': 'var(--ts-faint)',
  '--mantine-color-disabled-border': 'var(--ts-line)',
  '--mantine-primary-color-contrast': 'var(--ts-on-accent)',
  '--mantine-primary-color-light': 'var(--ts-accent-soft)',
  '--mantine-primary-color-light-color': 'var(--ts-accent)',
  '--mantine-color-gray-light-color': 'var(--ts-text)',
  '--mantine-color-gray-light-hover': 'var(--ts-bg)',
};

export const colours: CSSVariablesResolver = () => ({ variables: {}, light: shared, dark: shared });
