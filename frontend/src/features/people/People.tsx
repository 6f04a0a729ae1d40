import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangle, IconGitFork, IconUserMinus, IconUsers } from '@tabler/icons-react';
import { room } from '@/lib/backend';
import { headcount, isTeacher, members, useRoom } from '@/lib/stores/room';
import type { Member } from '@/lib/types';
import { Empty } from '@/ui/Empty';
import { tellFailure } from '@/ui/say';
import classes from './People.module.css';

/** Who is here and who was. The teacher may remove someone: nothing is asked twice, and it can be undone. */
export function People() {
  const { t } = useLingui();
  const view = useRoom((s) => s.view);
  const teacher = isTeacher(view);
  const { here, away } = headcount(view);
  const all = members(view)
    .filter((m) => teacher || !m.removed)
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));

  const remove = async (member: Member) => {
    try {
      await room.Remove(member.id);
    } catch (reason) {
      tellFailure(reason);
      return;
    }
    const id = `removed-${member.id}`;
    const readmit = () => {
      notifications.hide(id);
      void room.Readmit(member.id).catch(tellFailure);
    };
    notifications.show({
      id,
      autoClose: 15_000,
      withBorder: true,
      closeButtonProps: { 'aria-label': t`Close` },
      message: (
        <Group justify="space-between" wrap="nowrap">
          <span>{t`${member.name} was removed.`}</span>
          <Button size="compact-sm" variant="default" onClick={readmit}>
            <Trans>Undo</Trans>
          </Button>
        </Group>
      ),
    });
  };

  return (
    <div className={classes.people}>
      {here + away === 0 ? (
        <Empty icon={IconUsers} title={<Trans>No students yet</Trans>}>
          {teacher ? <Trans>They appear here as they join.</Trans> : null}
        </Empty>
      ) : (
        <p className={classes.count}>
          <Plural value={here} one="# student here" other="# students here" />
          {away > 0 && (
            <>
              {' · '}
              <Plural value={away} one="# away" other="# away" />
            </>
          )}
        </p>
      )}
      <ul className={classes.list} aria-label={t`People`}>
        {all.map((member) => (
          <li key={member.id} className={classes.person} data-here={member.here || undefined}>
            <span className={classes.dot} aria-hidden />
            <span className={classes.name} dir="auto">
              {member.name}
              {member.id === view?.me?.id && (
                <span className={classes.you}>
                  <Trans>you</Trans>
                </span>
              )}
            </span>
            {member.role === 'teacher' && (
              <span className={classes.role}>
                <Trans>Teacher</Trans>
              </span>
            )}
            {member.forked && (teacher || member.id === view?.me?.id) && (
              <Tooltip multiline w={280} label={t`Two copies of this machine’s data have been in use, as after restoring a backup. Everything that was said on both is kept. If nobody restored anything, somebody else may be using a copy.`}>
                <ActionIcon className={classes.forked} aria-label={t`Two copies of this machine’s data have been in use`}>
                  <IconGitFork size={18} stroke={1.8} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
            {member.unruly && (
              <Tooltip multiline w={280} label={t`This machine has lately sent the room far more than it may, and was slowed or put out for a while. The others were not held up. If it goes on, remove the student.`}>
                <ActionIcon className={classes.forked} aria-label={t`This machine sends far too much`}>
                  <IconAlertTriangle size={18} stroke={1.8} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
            {!member.here && !member.removed && (
              <span className={classes.away}>
                <Trans>away</Trans>
              </span>
            )}
            {member.removed && (
              <Button size="compact-sm" variant="default" aria-label={t`Let ${member.name} back in`} onClick={() => void room.Readmit(member.id).catch(tellFailure)}>
                <Trans>Let back in</Trans>
              </Button>
            )}
            {teacher && member.role !== 'teacher' && !member.removed && (
              <Tooltip label={t`Remove`}>
                <ActionIcon aria-label={t`Remove ${member.name}`} onClick={() => void remove(member)} className={classes.remove}>
                  <IconUserMinus size={18} stroke={1.8} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function rank(member: Member): number {
  if (member.role === 'teacher') return 0;
  if (member.removed) return 3;
  return member.here ? 1 : 2;
}
