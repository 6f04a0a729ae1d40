import { Menu, Radio, Stack, Switch } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconChevronDown, IconCopy, IconQrcode, IconRefresh, IconStethoscope } from '@tabler/icons-react';
import { perform } from '@/actions';
import { copyText, room } from '@/lib/backend';
import { pullView } from '@/lib/stores/room';
import type { View } from '@/lib/types';
import { tell, tellFailure } from '@/ui/say';
import classes from './RoomCodeMenu.module.css';

/** The room code, as large as a header allows, and what can be done with it. */
export function RoomCodeMenu({ view }: { view: View }) {
  const { t } = useLingui();
  const change = (work: Promise<unknown>) => void work.then(pullView).catch(tellFailure);
  const copy = () => void copyText(view.code).then(() => tell(t`The room code is copied.`), tellFailure);
  const copyLink = () => void copyText(view.link).then(() => tell(t`The link is copied. The room code is not in it.`), tellFailure);
  return (
    <Menu closeOnItemClick={false}>
      <Menu.Target>
        <button type="button" className={classes.button}>
          {view.code ? (
            <>
              <span className={classes.label}>
                <Trans>Room code</Trans>
              </span>
              <span className={classes.code} data-testid="room-code" dir="ltr">
                {view.code}
              </span>
            </>
          ) : (
            <span className={classes.label}>
              <Trans>Open to everyone</Trans>
            </span>
          )}
          <IconChevronDown size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.switch}>
          <Switch
            label={t`Ask for a room code`}
            description={t`Who is in already stays in.`}
            checked={view.code !== ''}
            onChange={(e) => change(room.SetUseCode(e.currentTarget.checked))}
          />
        </div>
        <Menu.Divider />
        <div className={classes.switch}>
          <Radio.Group
            label={t`Let in by hand`}
            description={t`They wait at the door until you decide, under People.`}
            value={view.code === '' && view.approve === 'codeless' ? 'all' : view.approve}
            onChange={(approve) => change(room.SetApprove(approve))}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="" label={t`Nobody`} />
              {view.code !== '' && <Radio value="codeless" label={t`Those without the code`} />}
              <Radio value="all" label={t`Everyone new`} />
            </Stack>
          </Radio.Group>
        </div>
        {view.code && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconCopy size={18} stroke={1.8} aria-hidden />} onClick={copy}>
              <Trans>Copy the code</Trans>
            </Menu.Item>
            <Menu.Item leftSection={<IconRefresh size={18} stroke={1.8} aria-hidden />} onClick={() => change(room.NewCode())}>
              <Trans>Make a new code</Trans>
            </Menu.Item>
          </>
        )}
        <Menu.Divider />
        {view.link && (
          <Menu.Item leftSection={<IconQrcode size={18} stroke={1.8} aria-hidden />} onClick={copyLink}>
            <Trans>Copy the link to this room</Trans>
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconStethoscope size={18} stroke={1.8} aria-hidden />} onClick={() => perform('examine')} closeMenuOnClick>
          <Trans>Nobody finds the room? Check the connection</Trans>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
