import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconArrowLeft, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useEffect } from 'react';
import { Failed } from '@/features/code/CodePlace';
import { ProgramPane } from '@/features/code/ProgramPane';
import { useDoc } from '@/features/code/useDoc';
import { docs } from '@/lib/docs';
import { arranged, useWall } from '@/lib/stores/wall';
import { ago } from '@/lib/when';
import classes from './StudentView.module.css';
import { Together } from './Together';
import { useLooking } from './useLooking';

/** One student's code, live and large: to be read, and run here, and edited together if the student says yes. */
export function StudentView({ id }: { id: string }) {
  const { t } = useLingui();
  const { doc, failure, again } = useDoc(id);
  const tiles = useWall((s) => s.tiles);
  const order = useWall((s) => s.order);
  const filter = useWall((s) => s.filter);
  const tile = tiles.get(id);
  const line = arranged(tiles.values(), order === 'active' ? 'name' : order, filter);
  const at = line.findIndex((other) => other.id === id);
  const go = (step: number) => {
    const next = line[(at + step + line.length) % line.length];
    if (next) useWall.setState({ looking: next.id });
  };

  useEffect(() => () => docs().release(id), [id]);
  useLooking(id);

  return (
    <div className={classes.place}>
      <header className={classes.head}>
        <Button variant="subtle" size="compact-md" leftSection={<IconArrowLeft size={18} className={classes.arrow} aria-hidden />} onClick={() => useWall.setState({ looking: null })} aria-label={t`Back to the wall`}>
          <Trans>Wall</Trans>
        </Button>
        <h2 dir="auto">{tile?.name ?? doc?.name}</h2>
        <span>
          {tile?.here === false && <Trans>away: this is what was last seen</Trans>}
          {tile?.here && tile.lastTyped > 0 && ago(tile.lastTyped)}
        </span>
        <Together id={id} name={tile?.name ?? doc?.name ?? ''} />
        {line.length > 1 && (
          <span className={classes.steps}>
            <Tooltip label={t`Previous student`}>
              <ActionIcon aria-label={t`Previous student`} onClick={() => go(-1)}>
                <IconChevronLeft size={20} className={classes.arrow} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t`Next student`}>
              <ActionIcon aria-label={t`Next student`} onClick={() => go(1)}>
                <IconChevronRight size={20} className={classes.arrow} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </span>
        )}
      </header>
      {failure && <Failed failure={failure} again={again} />}
      {doc && <ProgramPane doc={doc} docId={id} />}
    </div>
  );
}
