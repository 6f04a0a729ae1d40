import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from '@mantine/core';
import { useLingui } from '@lingui/react/macro';
import { BelowTabs } from '@/features/console/BelowTabs';
import { ConsolePane } from '@/features/console/ConsolePane';
import { OutputPane } from '@/features/runs/OutputPane';
import type { Shown } from '@/lib/collab/session';
import { onScreen } from '@/lib/docs';
import { ActionButton } from '@/ui/ActionButton';
import { Splitter } from '@/ui/Splitter';
import { useConsole } from '@/lib/stores/console';
import { useRuns } from '@/lib/stores/runs';
import { Editor } from './Editor';
import { EngineMenu } from './EngineMenu';
import classes from './ProgramPane.module.css';

interface Props {
  doc: Shown;
  docId: string;
  /** Drawn beside Run and Stop. */
  tools?: ReactNode;
  /** Drawn at the end of the tools. */
  status?: ReactNode;
  /** Drawn over the editor's corner. */
  over?: ReactNode;
}

let share = 34;

/** A program: its text, what can be done with it, and what it prints. */
export function ProgramPane({ doc, docId, tools, status, over }: Props) {
  const { t } = useLingui();
  const [outputShare, setShare] = useState(share);
  const running = useRuns((s) => s.phase === 'running' && s.docId === docId);
  const below = useConsole((s) => s.tab);
  const output = useRef<HTMLDivElement>(null);

  useEffect(() => onScreen({ docId, text: () => doc.text, shown: doc }), [doc, docId]);
  useEffect(() => {
    share = outputShare;
  }, [outputShare]);

  return (
    <div className={classes.pane}>
      <div className={classes.code}>
        <Editor key={docId} doc={doc} docId={docId} />
        {over}
      </div>
      <Splitter label={t`Height of the output`} value={outputShare} onChange={setShare} />
      <div ref={output} className={classes.below} style={{ flexBasis: `${outputShare}%` }}>
        <div className={classes.tools} role="toolbar" aria-label={t`Program`}>
          <Button.Group>
            <ActionButton name="run" variant="filled" />
            <EngineMenu />
          </Button.Group>
          <ActionButton name="stop" variant={running ? 'outline' : 'default'} color={running ? 'var(--ts-danger)' : undefined} />
          <ActionButton name="format" />
          {tools}
          <BelowTabs />
          {status && <span className={classes.status}>{status}</span>}
        </div>
        {below === 'console' ? <ConsolePane docId={docId} doc={doc} /> : <OutputPane docId={docId} doc={doc} />}
      </div>
    </div>
  );
}
