import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { useLingui, Trans } from '@lingui/react/macro';
import { IconAlertTriangle, IconArrowBackUp, IconBan, IconCards, IconDots, IconEye, IconGitFork, IconMessageOff, IconMessagePlus, IconUser, IconUserCheck, IconUserMinus } from '@tabler/icons-react';
import { room } from '@/lib/backend';
import { useDesk } from '@/lib/stores/desk';
import { isTeacher, members, teaches, useRoom } from '@/lib/stores/room';
import type { Member } from '@/lib/types';
import { tell, tellFailure } from '@/ui/say';
import { removeAndOffer } from './remove';
import classes from './People.module.css';

/** One person of the room, and what may be done about them. */
export function Person({ member }: { member: Member }) {
  const { t } = useLingui();
  const view = useRoom((s) => s.view);
  const me = member.id === view?.me?.id;
  const forked = member.forked && (teaches(view) || me);
  return (
    <li className={classes.person} data-here={member.here || undefined}>
      <span className={classes.dot} aria-hidden />
      <span className={classes.name} dir="auto">
        {member.name}
        {me && (
          <span className={classes.you}>
            <Trans>you</Trans>
          </span>
        )}
      </span>
      <RoleMark role={member.role} />
      {member.muted && member.role !== 'observer' && (
        <Tooltip label={t`Muted`}>
          <IconMessageOff size={18} stroke={1.8} role="img" aria-label={t`${member.name} is muted`} className={classes.muted} />
        </Tooltip>
      )}
      {forked && (
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
      {member.removed && member.governs && (
        <Button size="compact-sm" variant="default" aria-label={t`Let ${member.name} back in`} onClick={() => void room.Readmit(member.id).catch(tellFailure)}>
          <Trans>Let back in</Trans>
        </Button>
      )}
      {!member.removed && (member.governs || (isTeacher(view) && !me)) && <PersonMenu member={member} host={isTeacher(view)} />}
    </li>
  );
}

function RoleMark({ role }: { role: string }) {
  if (role === 'student' || role === '') return null;
  return (
    <span className={classes.role} data-role={role}>
      {role === 'teacher' && <Trans>Teacher</Trans>}
      {role === 'co-teacher' && <Trans>Co-teacher</Trans>}
      {role === 'observer' && <Trans>Observer</Trans>}
    </span>
  );
}

/** The host gives roles and cards; whoever teaches mutes and removes. */
function PersonMenu({ member, host }: { member: Member; host: boolean }) {
  const { t } = useLingui();
  const role = (to: string, said: string) => void room.SetRole(member.id, to).then(() => tell(said), tellFailure);
  const mute = (muted: boolean) => void room.SetMuted(member.id, muted).catch(tellFailure);
  const seatBack = () => void room.GiveSeatBack(member.id).then(() => tell(t`${member.name} has the seat on the computer before again. The card that was used is worth nothing now.`), tellFailure);
  const watching = member.role === 'observer';
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={t`What to do about ${member.name}`}>
          <IconDots size={18} stroke={1.8} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {host && (
          <>
            <Menu.Label>{t`Role`}</Menu.Label>
            {member.role !== 'co-teacher' && (
              <Menu.Item leftSection={<IconUserCheck size={18} stroke={1.8} aria-hidden />} onClick={() => role('co-teacher', t`${member.name} is a co-teacher now.`)}>
                <Trans>Make co-teacher</Trans>
              </Menu.Item>
            )}
            {member.role !== 'student' && (
              <Menu.Item leftSection={<IconUser size={18} stroke={1.8} aria-hidden />} onClick={() => role('student', t`${member.name} is a student now.`)}>
                <Trans>Make student</Trans>
              </Menu.Item>
            )}
            {!watching && (
              <Menu.Item leftSection={<IconEye size={18} stroke={1.8} aria-hidden />} onClick={() => role('observer', t`${member.name} only watches now.`)}>
                <Trans>Make observer</Trans>
              </Menu.Item>
            )}
            <Menu.Divider />
          </>
        )}
        {host && (member.role === 'student' || watching) && (
          <>
            <Menu.Item leftSection={<IconCards size={18} stroke={1.8} aria-hidden />} onClick={() => useDesk.setState({ overlay: 'cards', cardOf: member.id })}>
              <Trans>Show the card</Trans>
            </Menu.Item>
            <Menu.Item leftSection={<IconBan size={18} stroke={1.8} aria-hidden />} onClick={() => void room.RevokeCard(member.id).then(() => tell(t`${member.name}’s card is worth nothing now.`), tellFailure)}>
              <Trans>Take the card back</Trans>
            </Menu.Item>
            {member.claimed && (
              <Menu.Item leftSection={<IconArrowBackUp size={18} stroke={1.8} aria-hidden />} onClick={seatBack}>
                <Trans>Undo: seat back to the computer before</Trans>
              </Menu.Item>
            )}
            <Menu.Divider />
          </>
        )}
        {member.governs && (
          <>
            <Menu.Item leftSection={member.muted ? <IconMessagePlus size={18} stroke={1.8} aria-hidden /> : <IconMessageOff size={18} stroke={1.8} aria-hidden />} onClick={() => mute(!member.muted)}>
              {member.muted ? watching ? t`Let write in the chat` : t`Unmute` : t`Mute`}
            </Menu.Item>
            <Menu.Item className={classes.danger} leftSection={<IconUserMinus size={18} stroke={1.8} aria-hidden />} aria-label={t`Remove ${member.name}`} onClick={() => void removeAndOffer(member)}>
              <Trans>Remove</Trans>
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Who is in the room, those who teach first. */
export function inOrder(all: Member[]): Member[] {
  return all.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

function rank(member: Member): number {
  if (member.removed) return 4;
  if (member.role === 'teacher') return 0;
  if (member.role === 'co-teacher') return 1;
  return member.here ? 2 : 3;
}

/** Everyone this person may see: who was removed, only those see who may let them back in. */
export function visible(view: Parameters<typeof members>[0]): Member[] {
  return members(view).filter((m) => !m.removed || m.governs);
}
