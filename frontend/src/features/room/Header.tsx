import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconCards, IconChevronDown, IconDoorEnter, IconLayoutSidebarRight, IconMaximize } from '@tabler/icons-react';
import { perform } from '@/actions';
import { useDesk } from '@/lib/stores/desk';
import { headcount, isTeacher, useRoom } from '@/lib/stores/room';
import { useTalk } from '@/lib/stores/talk';
import type { View } from '@/lib/types';
import { ActionButton } from '@/ui/ActionButton';
import { LookMenu } from '@/ui/LookMenu';
import { Words } from '@/ui/Words';
import { RoomCodeMenu } from './RoomCodeMenu';
import classes from './Header.module.css';

export function Header() {
  const view = useRoom((s) => s.view);
  if (!view) return null;
  return (
    <header className={classes.header}>
      <div className={classes.where}>
        <h1 className={classes.title} dir="auto">
          <span className={classes.course}>{view.course}</span>
          {view.course && <span aria-hidden> · </span>}
          <span>{view.title}</span>
        </h1>
        {!isTeacher(view) && <Teacher view={view} />}
        {isTeacher(view) && <Count view={view} />}
        {view.waiting?.length > 0 && <AtTheDoor waiting={view.waiting.length} />}
      </div>
      <div className={classes.tools}>
        {isTeacher(view) ? <TeacherTools view={view} /> : <StudentTools view={view} />}
        <LookMenu />
        <SideToggle />
      </div>
    </header>
  );
}

function Teacher({ view }: { view: View }) {
  const live = view.phase === 'here';
  return (
    <span className={classes.teacher} data-live={live || undefined}>
      <span className={classes.dot} aria-hidden />
      <span dir="auto">{view.teacher}</span>
      <span className={classes.state}>{live ? <Trans>live</Trans> : <Trans>away</Trans>}</span>
    </span>
  );
}

function Count({ view }: { view: View }) {
  const { here, away } = headcount(view);
  return (
    <button type="button" className={classes.count} onClick={() => perform('goToPeople')} data-testid="headcount">
      <b>
        <Plural value={here} one="# here" other="# here" />
      </b>
      {away > 0 && (
        <span>
          <Plural value={away} one="# away" other="# away" />
        </span>
      )}
    </button>
  );
}

/** Somebody stands at the door: said quietly, and without taking the keyboard. */
function AtTheDoor({ waiting }: { waiting: number }) {
  return (
    <button type="button" className={classes.door} onClick={() => perform('goToPeople')} data-testid="at-the-door">
      <IconDoorEnter size={18} stroke={1.8} aria-hidden />
      <span role="status">
        <Plural value={waiting} one="# waits to be let in" other="# wait to be let in" />
      </span>
    </button>
  );
}

function TeacherTools({ view }: { view: View }) {
  const { t } = useLingui();
  return (
    <>
      <div className={classes.code}>
        <RoomCodeMenu view={view} />
        <Tooltip label={t`Show large, for the projector`}>
          <ActionIcon aria-label={t`Show large, for the projector`} onClick={() => perform('showRoomCode')}>
            <IconMaximize size={18} stroke={1.8} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      <ActionButton name="lock" />
      <ActionButton name="unlock" variant="light" />
      <ActionButton name="end" />
    </>
  );
}

function StudentTools({ view }: { view: View }) {
  const { t } = useLingui();
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className={classes.me} aria-label={t`${view.me.name}: who I am here, and leaving`}>
          <span dir="auto">{view.me.name}</span>
          <IconChevronDown size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {view.fingerprint && (
          <div className={classes.words}>
            <Trans>The words of this room</Trans>
            <Words words={view.fingerprint} />
          </div>
        )}
        <Menu.Divider />
        {view.role === 'student' && (
          <Menu.Item leftSection={<IconCards size={18} stroke={1.8} aria-hidden />} onClick={() => useDesk.setState({ overlay: 'my-card' })}>
            <Trans>My card, for another computer</Trans>
          </Menu.Item>
        )}
        <Menu.Item onClick={() => perform('leave')}>
          <Trans>Leave the room</Trans>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function SideToggle() {
  const { t } = useLingui();
  const open = useDesk((s) => s.sideOpen);
  const unread = useTalk((s) => s.unread);
  const label = open ? t`Hide chat and people` : t`Show chat and people`;
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-expanded={open} onClick={() => useDesk.setState({ sideOpen: !open })} className={classes.side}>
        <IconLayoutSidebarRight size={20} stroke={1.8} aria-hidden className={classes.panel} />
        {!open && unread > 0 && <span className={classes.badge}>{unread > 99 ? '99+' : unread}</span>}
      </ActionIcon>
    </Tooltip>
  );
}
