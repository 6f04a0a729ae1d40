import { Button, Group, Loader, Modal } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconCards, IconPrinter } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { room } from '@/lib/backend';
import { asFailure } from '@/lib/failure';
import { useDesk } from '@/lib/stores/desk';
import { useRoom } from '@/lib/stores/room';
import type { Failure, SeatCard } from '@/lib/types';
import { Empty } from '@/ui/Empty';
import { FailureNote } from '@/ui/FailureNote';
import { CardPaper } from './CardPaper';
import classes from './Cards.module.css';

/** The cards of the class, or one of them, to be shown or printed. */
export function Cards({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const of = useDesk((s) => s.cardOf);
  const [cards, setCards] = useState<SeatCard[] | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  useEffect(() => {
    let gone = false;
    room.Cards(of ?? '').then(
      (list) => gone || setCards(list ?? []),
      (reason: unknown) => gone || setFailure(asFailure(reason)),
    );
    return () => {
      gone = true;
    };
  }, [of]);

  return (
    <CardsDialog title={of ? t`Card` : t`Cards`} cards={cards} failure={failure} onClose={onClose}>
      <Trans>With a card a student takes the same seat on another computer: the same name, and all that was written and handed in. Whoever has it can do that, so give each to its student alone.</Trans>
    </CardsDialog>
  );
}

/** A student's own card. Where there is none it is asked for, and shown when it has come. */
export function MyCard({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const [card, setCard] = useState<SeatCard | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const view = useRoom((s) => s.view);
  const words = card?.words;

  useEffect(() => {
    let gone = false;
    if (!words) room.MyCard().then((mine) => gone || setCard(mine), (reason: unknown) => gone || setFailure(asFailure(reason)));
    return () => {
      gone = true;
    };
    // The room tells of a change when the card has come.
  }, [view, words]);

  return (
    <CardsDialog title={t`My card`} cards={card?.words ? [card] : null} failure={failure} onClose={onClose} away={view?.phase !== 'here'}>
      <Trans>With this card you take your seat on another computer, with all that you wrote and handed in. Whoever has it can do that, so keep it to yourself.</Trans>
    </CardsDialog>
  );
}

interface DialogProps {
  title: string;
  cards: SeatCard[] | null;
  failure: Failure | null;
  onClose(): void;
  /** The host is not here, so that a card that is asked for takes a while. */
  away?: boolean;
  children: ReactNode;
}

function CardsDialog({ title, cards, failure, onClose, away = false, children }: DialogProps) {
  const { t } = useLingui();
  return (
    <Modal opened onClose={onClose} title={title} size="xl" closeButtonProps={{ 'aria-label': t`Close` }}>
      <p className={classes.lead}>{children}</p>
      {failure && <FailureNote failure={failure} />}
      {!cards && !failure && (
        <Group gap="sm" role="status">
          <Loader size="xs" aria-hidden />
          {away ? <Trans>The card comes when the teacher is back.</Trans> : <Trans>The card is on its way…</Trans>}
        </Group>
      )}
      {cards?.length === 0 && (
        <Empty icon={IconCards} title={<Trans>No students yet</Trans>}>
          <Trans>There is a card for everyone who has joined.</Trans>
        </Empty>
      )}
      {cards && cards.length > 0 && (
        <>
          <div className={classes.screen} data-testid="cards">
            {cards.map((card) => (
              <CardPaper key={card.id} card={card} />
            ))}
          </div>
          <Group justify="end" mt="md">
            <Button leftSection={<IconPrinter size={18} stroke={1.8} aria-hidden />} onClick={() => window.print()}>
              <Trans>Print</Trans>
            </Button>
          </Group>
          {createPortal(
            <div className={`ts-sheet ${classes.sheet}`} aria-hidden>
              {cards.map((card) => (
                <CardPaper key={card.id} card={card} />
              ))}
            </div>,
            document.body,
          )}
        </>
      )}
    </Modal>
  );
}
