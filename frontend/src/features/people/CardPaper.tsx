import { Trans } from '@lingui/react/macro';
import { QRCodeSVG } from 'qrcode.react';
import { useRoom } from '@/lib/stores/room';
import type { SeatCard } from '@/lib/types';
import classes from './Cards.module.css';

/** A student's card as it looks on paper: black on white, to be cut out. */
export function CardPaper({ card }: { card: SeatCard }) {
  const view = useRoom((s) => s.view);
  const words = card.words.split(' ').filter(Boolean);
  return (
    <article className={classes.card}>
      <QRCodeSVG value={card.link} size={120} marginSize={0} level="M" role="img" aria-hidden className={classes.qr} />
      <div className={classes.said}>
        <h3 className={classes.name} dir="auto">
          {card.name}
        </h3>
        <p className={classes.where} dir="auto">
          {view?.course && <>{view.course} · </>}
          {view?.title} · {view?.teacher}
        </p>
        <ol className={classes.words} dir="ltr">
          {words.map((word, i) => (
            // Two words may be the same: their place tells them apart.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={`${i}-${word}`}>{word}</li>
          ))}
        </ol>
        <p className={classes.use}>
          <Trans>ThirdSpace, on any computer here: choose the room, “I have a card”, and type the seven words. Keep it to yourself.</Trans>
        </p>
      </div>
    </article>
  );
}
