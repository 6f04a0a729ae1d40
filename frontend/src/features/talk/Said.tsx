import { Trans, useLingui } from '@lingui/react/macro';
import { IconClock } from '@tabler/icons-react';
import { memo } from 'react';
import { parts } from '@/lib/blocks';
import { useRoom } from '@/lib/stores/room';
import type { Message } from '@/lib/types';
import { clock, day, exact } from '@/lib/when';
import { CodeText } from '@/ui/CodeText';
import classes from './Said.module.css';

/** One message. Whatever is in it is shown as text; what stands between ``` is shown as code. */
export const Said = memo(function Said({ message, newDay, goesOn }: { message: Message; newDay: boolean; goesOn: boolean }) {
  const { t } = useLingui();
  const role = useRoom((s) => s.view?.members?.find((m) => m.id === message.author)?.role);
  return (
    <>
      {newDay && (
        <div className={classes.day}>
          <span>{day(message.at)}</span>
        </div>
      )}
      <article className={classes.said} data-mine={message.mine || undefined} data-goes-on={goesOn || undefined}>
        {!goesOn && (
          <header className={classes.head}>
            <b dir="auto">{message.mine ? t`You` : message.name}</b>
            {role === 'teacher' && (
              <span className={classes.role}>
                <Trans>Teacher</Trans>
              </span>
            )}
            {role === 'co-teacher' && (
              <span className={classes.role}>
                <Trans>Co-teacher</Trans>
              </span>
            )}
            <time dateTime={new Date(message.at).toISOString()} title={exact(message.at)}>
              {clock(message.at)}
            </time>
          </header>
        )}
        {parts(message.text).map((part, i) =>
          part.kind === 'code' ? (
            // A message never changes: the place of a part is its name.
            // oxlint-disable-next-line react/no-array-index-key, jsx-a11y/no-noninteractive-tabindex
            <pre key={i} className={`ts-code ${classes.code}`} dir="ltr" tabIndex={0}>
              <CodeText text={part.text} />
            </pre>
          ) : (
            // oxlint-disable-next-line react/no-array-index-key
            <p key={i} className={classes.text} dir="auto">
              {part.text}
            </p>
          ),
        )}
        {message.pending && (
          <span className={classes.pending}>
            <IconClock size={14} stroke={1.8} aria-hidden /> <Trans>Will be sent when the teacher is back</Trans>
          </span>
        )}
      </article>
    </>
  );
});
