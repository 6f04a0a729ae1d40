import { Button, Group, TextInput } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import type { SyntheticEvent } from 'react';
import type { Failure } from '@/lib/types';
import { FailureNote } from '@/ui/FailureNote';
import classes from './RoomRow.module.css';

/** A student's seat, by the card: seven words, or what the card's QR code holds. */
export function CardWords({ card, setCard, failure, onCard, onBack }: { card: string; setCard(card: string): void; failure: Failure | null; onCard(card: string): void; onBack(): void }) {
  const { t } = useLingui();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onCard(card.trim());
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      {failure && <FailureNote failure={failure} />}
      <TextInput
        label={t`The seven words of your card`}
        description={t`You get your seat with your name and all that you wrote. The computer where you sat before gives it up.`}
        value={card}
        onChange={(e) => setCard(e.currentTarget.value)}
        // It was asked for with a click: the words are what comes next.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={512}
        dir="ltr"
      />
      <Group gap="sm">
        <Button type="submit" size="md" disabled={!card.trim()}>
          <Trans>Take my seat</Trans>
        </Button>
        <Button variant="subtle" size="md" onClick={onBack}>
          <Trans>Back</Trans>
        </Button>
      </Group>
    </form>
  );
}
