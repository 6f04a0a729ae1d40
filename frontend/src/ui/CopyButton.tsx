import { Button } from '@mantine/core';
import { useLingui } from '@lingui/react/macro';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { copyText } from '@/lib/backend';

/** Copies a text and says so for a moment. */
export function CopyButton({ text, label, size = 'compact-sm' }: { text: string; label?: string; size?: string }) {
  const { t } = useLingui();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <Button
      size={size}
      variant="default"
      leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
      onClick={() => void copyText(text).then(() => setCopied(true), () => setCopied(false))}
    >
      {copied ? t`Copied` : (label ?? t`Copy`)}
    </Button>
  );
}
