import { Button } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconArrowLeft } from '@tabler/icons-react';
import { useEffect, useReducer, useState } from 'react';
import { Failed } from '@/features/code/CodePlace';
import { editorFor } from '@/features/code/editors';
import { ProgramPane } from '@/features/code/ProgramPane';
import { work } from '@/lib/backend';
import { FixedText } from '@/lib/collab/fixed';
import { asFailure } from '@/lib/failure';
import type { Failure, OpenedSubmission } from '@/lib/types';
import { exact } from '@/lib/when';
import { Words } from '@/ui/Words';
import classes from './OpenedWork.module.css';

/** One piece of work, as it was handed in: to be read, and run here. */
export function OpenedWork({ id, onBack }: { id: string; onBack(): void }) {
  const { t } = useLingui();
  const [shown, setShown] = useState<{ opened: OpenedSubmission; doc: FixedText } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, again] = useReducer((n: number) => n + 1, 0);

  useEffect(() => {
    let gone = false;
    setFailure(null);
    work.Open(id).then(
      (opened) => {
        if (!gone) setShown({ opened, doc: new FixedText((opened.files ?? []).map((f) => f.text).join('\n'), editorFor(id, false)) });
      },
      (reason: unknown) => {
        if (!gone) setFailure(asFailure(reason));
      },
    );
    return () => {
      gone = true;
    };
  }, [id, attempt]);

  const submission = shown?.opened.submission;
  return (
    <div className={classes.place}>
      <header className={classes.head}>
        <Button variant="subtle" size="compact-md" leftSection={<IconArrowLeft size={18} className={classes.arrow} aria-hidden />} onClick={onBack} aria-label={t`Back to the table`}>
          <Trans>Back</Trans>
        </Button>
        {submission && (
          <>
            <h2 dir="auto">
              {submission.name} · {submission.title}
            </h2>
            <span>
              <Trans>
                version {submission.version}, {exact(submission.at)}
              </Trans>
            </span>
            {submission.words && (
              <span className={classes.receipt}>
                <Trans>Receipt</Trans> <Words words={submission.words} />
              </span>
            )}
          </>
        )}
      </header>
      {failure && <Failed failure={failure} again={again} />}
      {shown && <ProgramPane doc={shown.doc} docId={`work-${id}`} />}
    </div>
  );
}
