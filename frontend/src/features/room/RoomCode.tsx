import { CloseButton, Modal, Switch } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { QRCodeSVG } from 'qrcode.react';
import { useState } from 'react';
import { headcount, useRoom } from '@/lib/stores/room';
import type { View } from '@/lib/types';
import { Words } from '@/ui/Words';
import classes from './RoomCode.module.css';

/** What a class must see to get in, to be read from the last row. */
export function RoomCode({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const view = useRoom((s) => s.view);
  if (!view) return null;
  const { here } = headcount(view);
  return (
    <Modal opened onClose={onClose} fullScreen withCloseButton={false} padding={0} transitionProps={{ duration: 0 }} title={<span className="ts-hidden">{t`How to join`}</span>} classNames={{ body: classes.body, content: classes.content, header: classes.header }}>
      <div className={classes.screen}>
        <CloseButton className={classes.close} size="xl" onClick={onClose} aria-label={t`Close`} data-autofocus />
        <p className={classes.where}>
          {view.course && <>{view.course} · </>}
          <b>{view.title}</b> · {view.teacher}
        </p>
        {view.code ? (
          <div>
            <p className={classes.label}>
              <Trans>Room code</Trans>
            </p>
            <p className={classes.code} dir="ltr">
              {view.code}
            </p>
          </div>
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
        {view.link && <ByHand view={view} />}
        <p className={classes.count}>
          <Plural value={here} one="# student is in" other="# students are in" />
        </p>
      </div>
    </Modal>
  );
}

/**
 * The ways for those who do not find the room: a code to be typed, and a link as a QR code. The room code is left out of
 * the link unless the teacher wants it in: without it a picture of the screen says where the room is and lets nobody in.
 */
function ByHand({ view }: { view: View }) {
  const { t } = useLingui();
  const [lettingIn, setLettingIn] = useState(false);
  const ways = view.ways ?? [];
  return (
    <div className={classes.hand}>
      <div>
        {ways.length > 0 && (
          <>
            <p className={classes.label}>
              <Trans>Not in your list? Type this:</Trans>
            </p>
            {ways.map((way) => (
              <p key={way.address} className={classes.way} dir="ltr">
                <b data-testid="way-code">{way.code}</b>
                <code>{way.address}</code>
              </p>
            ))}
          </>
        )}
        {view.code && <Switch className={classes.switch} label={t`Put the room code into the picture`} description={t`Then whoever has the picture gets in.`} checked={lettingIn} onChange={(e) => setLettingIn(e.currentTarget.checked)} />}
      </div>
      <QRCodeSVG className={classes.qr} value={lettingIn ? view.linkIn : view.link} title={t`The link to this room, to be scanned`} marginSize={3} data-link={lettingIn ? view.linkIn : view.link} data-testid="qr" />
    </div>
  );
}
