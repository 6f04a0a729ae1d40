import { Trans, useLingui } from '@lingui/react/macro';
import { memo } from 'react';
import type { WallTile } from '@/lib/stores/wall';
import { ago } from '@/lib/when';
import { CodeText } from '@/ui/CodeText';
import classes from './TileView.module.css';
import { tileLines } from './tileLines';

/** How many lines a tile has room for. */
const room = 9;

export function TileView({ tile, onOpen }: { tile: WallTile; onOpen(): void }) {
  const { t } = useLingui();
  const seen = tile.lastTyped > 0 ? ago(tile.lastTyped) : '';
  const state = tile.here ? seen : t`away`;
  return (
    <button type="button" className={classes.tile} onClick={onOpen} data-here={tile.here || undefined} aria-label={state ? t`${tile.name}, ${state}` : tile.name}>
      <span className={classes.head}>
        <span className={classes.dot} aria-hidden />
        <span className={classes.name} dir="auto">
          {tile.name}
        </span>
        <span className={classes.state}>{state}</span>
      </span>
      <Text text={tile.text} line={tile.line} />
      {!tile.synced && tile.here && (
        <span className={classes.behind}>
          <Trans>catching up…</Trans>
        </span>
      )}
    </button>
  );
}

const Text = memo(function Text({ text, line }: { text: string; line: number | null }) {
  if (!text.trim()) {
    return (
      <span className={classes.nothing}>
        <Trans>Nothing written yet</Trans>
      </span>
    );
  }
  return (
    <span className={`ts-code ${classes.code}`} dir="ltr" aria-hidden>
      <CodeText text={text} lines={tileLines(text, line, room)} />
    </span>
  );
});
