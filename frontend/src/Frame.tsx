import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { useLayoutEffect, type ReactNode } from 'react';
import { usePrefs } from './lib/stores/prefs';
import { colours, theme } from './ui/theme';

/** What every screen stands in: words, colours, and the edge where news appears. */
export function Frame({ children }: { children: ReactNode }) {
  const chosen = usePrefs((s) => s.theme);
  const codeSize = usePrefs((s) => s.codeSize);
  const system = useColorScheme('light', { getInitialValueInEffect: false });
  const scheme = chosen === 'auto' ? system : chosen === 'light' ? 'light' : 'dark';

  useLayoutEffect(() => {
    const root = document.documentElement;
    root.toggleAttribute('data-contrast', chosen === 'contrast');
    root.style.setProperty('--ts-code-size', `${codeSize / 16}rem`);
  }, [chosen, codeSize]);

  return (
    <I18nProvider i18n={i18n}>
      <DirectionProvider detectDirection>
        <MantineProvider theme={theme} cssVariablesResolver={colours} forceColorScheme={scheme}>
          <Notifications position="top-center" limit={4} containerWidth={480} className="ts-news" />
          {children}
        </MantineProvider>
      </DirectionProvider>
    </I18nProvider>
  );
}
