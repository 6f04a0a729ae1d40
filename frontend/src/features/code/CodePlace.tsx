import { Button } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconFocus2 } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { on } from '@/lib/backend';
import { useDesk } from '@/lib/stores/desk';
import { useRoom, watches } from '@/lib/stores/room';
import { ActionButton } from '@/ui/ActionButton';
import { FailureNote } from '@/ui/FailureNote';
import { Tabs } from '@/ui/Tabs';
import classes from './CodePlace.module.css';
import { useFollow } from './follow';
import { LookedAt } from './LookedAt';
import { ProgramPane } from './ProgramPane';
import { SavingMark } from './SavingMark';
import { useDoc } from './useDoc';

/** The student's place: their own code, and the teacher's board beside it. */
export function CodePlace() {
  const { t } = useLingui();
  const watching = useRoom((s) => watches(s.view));
  const chosen = useDesk((s) => s.codeTab);
  const tab = watching ? 'board' : chosen;
  const live = useRoom((s) => s.view?.phase === 'here');
  const [news, setNews] = useState(false);

  useEffect(() => {
    if (tab === 'board') {
      setNews(false);
      return undefined;
    }
    return on('doc:changed', ({ id }) => {
      if (id === 'board') setNews(true);
    });
  }, [tab]);

  return (
    <div className={classes.place}>
      <Tabs
        label={t`Code`}
        value={tab}
        onChange={(codeTab) => useDesk.setState({ codeTab })}
        tabs={[
          ...(watching ? [] : [{ id: 'mine' as const, label: t`My code` }]),
          {
            id: 'board',
            label: (
              <>
                {t`Teacher’s board`}
                {live && <span className={classes.dot} data-news={news || undefined} role="img" aria-label={news ? t`has changed` : t`live`} />}
              </>
            ),
          },
        ]}
      >
        {tab === 'mine' && (
          <span className={classes.side}>
            <LookedAt />
            <ActionButton name="versions" variant="subtle" size="compact-md" />
          </span>
        )}
      </Tabs>
      {tab === 'mine' ? <MyCode /> : <TeachersBoard />}
    </div>
  );
}

function MyCode() {
  const { doc, failure, again } = useDoc('mine');
  if (failure) return <Failed failure={failure} again={again} />;
  if (!doc) return null;
  return <ProgramPane doc={doc} docId="mine" tools={
        <>
          <ActionButton name="handIn" />
          <ActionButton name="sendToAll" />
        </>
      } status={<SavingMark doc={doc} />} />;
}

function TeachersBoard() {
  const { doc, failure, again } = useDoc('board');
  const follow = useFollow((s) => s.on);
  if (failure) return <Failed failure={failure} again={again} />;
  if (!doc) return null;
  return (
    <ProgramPane
      doc={doc}
      docId="board"
      tools={<ActionButton name="copyBoard" />}
      over={
        !follow && (
          <Button className={classes.follow} size="compact-md" leftSection={<IconFocus2 size={16} aria-hidden />} onClick={() => useFollow.setState({ on: true })}>
            <Trans>Follow the teacher</Trans>
          </Button>
        )
      }
    />
  );
}

export function Failed({ failure, again }: { failure: Parameters<typeof FailureNote>[0]['failure']; again(): void }) {
  return (
    <div className={classes.failed}>
      <FailureNote failure={failure}>
        <Button size="compact-sm" onClick={again}>
          <Trans>Try again</Trans>
        </Button>
      </FailureNote>
    </div>
  );
}
