import { Trans } from '@lingui/react/macro';
import { IconCheck, IconShieldExclamation, IconX } from '@tabler/icons-react';
import type { Layer } from '@/lib/types';
import classes from './ProtectionNote.module.css';

interface Props {
  /** What the runner says of it as a whole, where it says no more. */
  sentence: string;
  layers: Layer[];
}

/** Programs are not as locked in here as they could be: said in a line, with each layer and why it is missing folded away. */
export function ProtectionNote({ sentence, layers }: Props) {
  if (layers.length === 0) {
    return (
      <p className={classes.line}>
        <IconShieldExclamation size={18} stroke={1.8} aria-hidden /> {sentence}
      </p>
    );
  }
  const on = layers.filter((l) => l.on).length;
  const all = layers.length;
  return (
    <details className={classes.note}>
      <summary>
        <span className={classes.line}>
          <IconShieldExclamation size={18} stroke={1.8} aria-hidden />
          <Trans>
            Programs are less locked in than they should be on this machine: {on} of {all} layers are in place.
          </Trans>
        </span>
      </summary>
      <ul className={classes.layers}>
        {[...layers].sort((a, b) => Number(a.on) - Number(b.on)).map((l) => (
          <li key={l.name} data-on={l.on || undefined}>
            {l.on ? <IconCheck size={16} stroke={1.8} aria-hidden /> : <IconX size={16} stroke={1.8} aria-hidden />}
            <span>
              {l.on ? <Trans>In place: {l.name}</Trans> : l.why ? <Trans>Missing: {l.name}, because {l.why}</Trans> : <Trans>Missing: {l.name}</Trans>}
            </span>
          </li>
        ))}
      </ul>
      <p>
        <Trans>Be careful whose programs you run here. The others who use this machine are protected as far as the layers in place reach.</Trans>
      </p>
    </details>
  );
}
