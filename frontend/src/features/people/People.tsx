import { Button } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconCards, IconDeviceDesktopShare, IconUsers } from '@tabler/icons-react';
import { useDesk } from '@/lib/stores/desk';
import { headcount, isTeacher, teaches, useRoom } from '@/lib/stores/room';
import { Empty } from '@/ui/Empty';
import classes from './People.module.css';
import { inOrder, Person, visible } from './Person';
import { Waiting } from './Waiting';

/** Who is here, who was, and who wants to come in. What a teacher does here asks nothing twice and can be undone. */
export function People() {
  const { t } = useLingui();
  const view = useRoom((s) => s.view);
  const { here, away } = headcount(view);
  const students = here + away > 0;

  return (
    <div className={classes.people}>
      <Waiting />
      {students ? (
        <p className={classes.count}>
          <Plural value={here} one="# student here" other="# students here" />
          {away > 0 && (
            <>
              {' · '}
              <Plural value={away} one="# away" other="# away" />
            </>
          )}
        </p>
      ) : (
        <Empty icon={IconUsers} title={<Trans>No students yet</Trans>}>
          {isTeacher(view) ? <Trans>They appear here as they join.</Trans> : null}
        </Empty>
      )}
      <ul className={classes.list} aria-label={t`People`}>
        {inOrder(visible(view)).map((member) => (
          <Person key={member.id} member={member} />
        ))}
      </ul>
      {teaches(view) && (
        <footer className={classes.foot}>
          {isTeacher(view) && students && (
            <Button variant="subtle" size="compact-md" leftSection={<IconCards size={18} stroke={1.8} aria-hidden />} onClick={() => useDesk.setState({ overlay: 'cards', cardOf: null })}>
              <Trans>Cards for all</Trans>
            </Button>
          )}
          <Button variant="subtle" size="compact-md" leftSection={<IconDeviceDesktopShare size={18} stroke={1.8} aria-hidden />} onClick={() => useDesk.setState({ overlay: 'hand-over' })}>
            <Trans>A new computer</Trans>
          </Button>
        </footer>
      )}
    </div>
  );
}
