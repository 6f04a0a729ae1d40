import { Trans } from '@lingui/react/macro';
import { IconBroadcast } from '@tabler/icons-react';
import { ActionButton } from '@/ui/ActionButton';
import classes from './BoardPlace.module.css';
import { Failed } from './CodePlace';
import { ProgramPane } from './ProgramPane';
import { SavingMark } from './SavingMark';
import { useDoc } from './useDoc';

/** The teacher's own editor: what is typed here everyone sees. */
export function BoardPlace() {
  const { doc, failure, again } = useDoc('board');
  return (
    <div className={classes.place}>
      <header className={classes.head}>
        <h2>
          <Trans>Board</Trans>
        </h2>
        <p>
          <IconBroadcast size={16} stroke={1.8} aria-hidden /> <Trans>Everyone in the room follows this live.</Trans>
        </p>
      </header>
      {failure && <Failed failure={failure} again={again} />}
      {doc && <ProgramPane doc={doc} docId="board" tools={<ActionButton name="sendToAll" />} status={<SavingMark doc={doc} />} />}
    </div>
  );
}
