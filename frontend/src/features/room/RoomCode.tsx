import { CloseButton, Modal } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { headcount, useRoom } from '@/lib/stores/room';
import { Words } from '@/ui/Words';
import classes from './RoomCode.module.css';

/** What a class must see to get in, to be read from the last row. */
export function RoomCode({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const view = useRoom((s) => s.view);
  if (!view) return null;
  const { here } = headcount(view);
  // Nobody types an address that holds only on one cable, with the name of an interface in it.
  const addresses = view.addresses.filter((address) => !address.startsWith('[fe80'));
  return (
    <Modal opened onClose={onClose} fullScreen withCloseButton={false} padding={0} transitionProps={{ duration: 0 }} title={<span className="ts-hidden">{t`How to join`}</span>} classNames={{ body: classes.body, content: classes.content, header: classes.header }}>
      <div className={classes.screen}>
        <CloseButton className={classes.close} size="xl" onClick={onClose} aria-label={t`Close`} data-autofocus />
        <p className={classes.where}>
          {view.course} · <b>{view.title}</b> · {view.teacher}
        </p>
        {view.code ? (
          <>
            <p className={classes.label}>
              <Trans>Room code</Trans>
            </p>
            <p className={classes.code} dir="ltr">
              {view.code}
            </p>
          </>
        ) : (
          <p className={classes.free}>
            <Trans>No code needed: choose this room in the list.</Trans>
          </p>
        )}
        {view.fingerprint && (
          <div className={classes.words}>
            <p className={classes.label}>
              <Trans>These words must stand on your screen, too</Trans>
            </p>
            <Words words={view.fingerprint} large />
          </div>
        )}
        {addresses.length > 0 && (
          <p className={classes.addresses}>
            <span className={classes.label}>
              <Trans>Not in your list? Type this address:</Trans>
            </span>
            {addresses.slice(0, 2).map((address) => (
              <code key={address} dir="ltr">
                {address}
              </code>
            ))}
          </p>
        )}
        <p className={classes.count}>
          <Plural value={here} one="# student is in" other="# students are in" />
        </p>
      </div>
    </Modal>
  );
}
