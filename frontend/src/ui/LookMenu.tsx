import { ActionIcon, Group, Menu, Text, Tooltip } from '@mantine/core';
import { useLingui } from '@lingui/react/macro';
import { IconAdjustmentsHorizontal, IconCheck, IconContrastFilled, IconDeviceDesktop, IconMinus, IconMoon, IconPlus, IconSun } from '@tabler/icons-react';
import { maxCodeSize, minCodeSize, setPrefs, usePrefs } from '@/lib/stores/prefs';
import type { ThemeName } from '@/lib/types';
import { tellFailure } from './say';

/** Colours and the size of code. */
export function LookMenu() {
  const { t } = useLingui();
  const theme = usePrefs((s) => s.theme);
  const codeSize = usePrefs((s) => s.codeSize);
  const set = (change: Parameters<typeof setPrefs>[0]) => void setPrefs(change).catch(tellFailure);
  const themes = [
    { name: 'auto', label: t`Like the system`, Sign: IconDeviceDesktop },
    { name: 'light', label: t`Light`, Sign: IconSun },
    { name: 'dark', label: t`Dark`, Sign: IconMoon },
    { name: 'contrast', label: t`High contrast`, Sign: IconContrastFilled },
  ] satisfies { name: ThemeName; label: string; Sign: typeof IconSun }[];
  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target>
        <Tooltip label={t`Appearance`}>
          <ActionIcon aria-label={t`Appearance`}>
            <IconAdjustmentsHorizontal size={20} stroke={1.8} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t`Colours`}</Menu.Label>
        {themes.map(({ name, label, Sign }) => (
          <Menu.Item
            key={name}
            role="menuitemradio"
            aria-checked={theme === name}
            leftSection={<Sign size={18} stroke={1.8} aria-hidden />}
            rightSection={theme === name ? <IconCheck size={16} aria-hidden /> : null}
            onClick={() => set({ theme: name })}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t`Size of code`}</Menu.Label>
        <Group gap={4} justify="space-between" px="sm" pb={4} wrap="nowrap">
          <Menu.Item component="button" w="auto" aria-label={t`Smaller code`} disabled={codeSize <= minCodeSize} onClick={() => set({ codeSize: codeSize - 1 })}>
            <IconMinus size={16} aria-hidden />
          </Menu.Item>
          <Text size="sm" aria-live="polite">
            {codeSize}
          </Text>
          <Menu.Item component="button" w="auto" aria-label={t`Larger code`} disabled={codeSize >= maxCodeSize} onClick={() => set({ codeSize: codeSize + 1 })}>
            <IconPlus size={16} aria-hidden />
          </Menu.Item>
        </Group>
      </Menu.Dropdown>
    </Menu>
  );
}
