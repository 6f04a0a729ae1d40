import { Button, Menu, Text, Tooltip } from '@mantine/core';
import { useLingui } from '@lingui/react/macro';
import { IconBolt, IconCheck, IconChevronDown, IconCpu, IconSparkles } from '@tabler/icons-react';
import { asEngine, setPrefs, usePrefs } from '@/lib/stores/prefs';
import type { EngineChoice } from '@/lib/types';
import { tellFailure } from '@/ui/say';

/** What is to run programs. It stays as chosen. */
export function EngineMenu() {
  const { t } = useLingui();
  const chosen = usePrefs((s) => s.engine);
  const engines = [
    { name: 'auto', label: t`Auto`, more: t`The quick engine where it does as Go does, else Go’s compiler`, Sign: IconSparkles },
    { name: 'yaegi', label: t`Quick (yaegi)`, more: t`Begins at once; not all of Go, and it may print something else`, Sign: IconBolt },
    { name: 'gc', label: t`Go’s compiler`, more: t`Exactly Go, after a moment of building`, Sign: IconCpu },
  ] satisfies { name: EngineChoice; label: string; more: string; Sign: typeof IconBolt }[];
  const now = engines.find((e) => e.name === chosen)?.label;
  return (
    <Menu position="bottom-start" width={320}>
      <Menu.Target>
        <Tooltip label={t`Engine: ${now}`}>
          <Button variant="filled" px={6} aria-label={t`Engine: ${now}`} style={{ borderInlineStartColor: 'var(--ts-on-accent)' }}>
            <IconChevronDown size={16} stroke={1.8} aria-hidden />
          </Button>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t`Engine`}</Menu.Label>
        <Menu.RadioGroup value={chosen} onChange={(name) => void setPrefs({ engine: asEngine(name) }).catch(tellFailure)}>
          {engines.map(({ name, label, more, Sign }) => (
            <Menu.RadioItem key={name} value={name} closeMenuOnClick checkIcon={<IconCheck size={16} aria-hidden />} rightSection={<Sign size={18} stroke={1.8} aria-hidden />}>
              {label}
              <Text span display="block" size="xs" c="dimmed">
                {more}
              </Text>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
