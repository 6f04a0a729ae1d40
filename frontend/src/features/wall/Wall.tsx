import { SegmentedControl, TextInput } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconLayoutGrid, IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useReducer, useRef } from 'react';
import { arranged, useWall, type WallOrder } from '@/lib/stores/wall';
import { Empty } from '@/ui/Empty';
import { StudentView } from './StudentView';
import { TileView } from './TileView';
import classes from './Wall.module.css';

const tileWidth = 264;
const tileHeight = 222;
const gap = 16;

/** Every student's code as it is typed, small. One click opens it. */
export function Wall() {
  const looking = useWall((s) => s.looking);
  return looking ? <StudentView id={looking} /> : <Tiles />;
}

function Tiles() {
  const { t } = useLingui();
  const tiles = useWall((s) => s.tiles);
  const order = useWall((s) => s.order);
  const filter = useWall((s) => s.filter);
  const loaded = useWall((s) => s.loaded);
  const [, tick] = useReducer((n: number) => n + 1, 0);
  const { ref: measured, width } = useElementSize();
  const scroller = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => arranged(tiles.values(), order, filter), [tiles, order, filter]);
  const columns = Math.max(1, Math.floor((width + gap) / (tileWidth + gap)));

  useEffect(() => {
    // "2 min ago" becomes "3 min ago" by itself.
    const timer = setInterval(tick, 5000);
    return () => clearInterval(timer);
  }, []);

  const rows = useVirtualizer({
    count: Math.ceil(shown.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => tileHeight + gap,
    overscan: 2,
  });

  return (
    <div className={classes.place}>
      <header className={classes.head}>
        <h2>
          <Trans>Wall</Trans>
        </h2>
        <span className={classes.count}>
          <Plural value={shown.length} one="# student" other="# students" />
        </span>
        <TextInput
          className={classes.filter}
          size="sm"
          leftSection={<IconSearch size={16} aria-hidden />}
          aria-label={t`Filter by name or code`}
          placeholder={t`Filter by name or code`}
          value={filter}
          onChange={(e) => useWall.setState({ filter: e.currentTarget.value })}
        />
        <SegmentedControl
          size="sm"
          aria-label={t`Order`}
          value={order}
          onChange={(value) => useWall.setState({ order: value as WallOrder })}
          data={[
            { value: 'name', label: t`Name` },
            { value: 'active', label: t`Last active` },
          ]}
        />
      </header>
      <div ref={scroller} className={classes.scroll}>
        <div ref={measured}>
          {loaded && tiles.size === 0 && (
            <Empty icon={IconLayoutGrid} title={<Trans>No students yet</Trans>}>
              <Trans>As soon as a student joins, their code appears here, live. They find this room in their list by itself.</Trans>
            </Empty>
          )}
          {tiles.size > 0 && shown.length === 0 && (
            <Empty icon={IconSearch} title={<Trans>Nobody fits the filter</Trans>}>
              <Trans>The filter looks at names and at what is written.</Trans>
            </Empty>
          )}
          <ul className={classes.tiles} aria-label={t`Students’ code`} style={{ blockSize: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((row) =>
              shown.slice(row.index * columns, (row.index + 1) * columns).map((tile, column) => (
                <li
                  key={tile.id}
                  className={classes.cell}
                  style={{
                    insetBlockStart: row.start,
                    insetInlineStart: `calc(${column} * (100% + ${gap}px) / ${columns})`,
                    inlineSize: `calc((100% - ${(columns - 1) * gap}px) / ${columns})`,
                    blockSize: tileHeight,
                  }}
                >
                  <TileView tile={tile} onOpen={() => useWall.setState({ looking: tile.id })} />
                </li>
              )),
            )}
          </ul>
        </div>
      </div>
    </div>
  );
}
