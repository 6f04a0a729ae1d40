import { Trans, useLingui } from '@lingui/react/macro';
import { IconCircleCheck, IconClock } from '@tabler/icons-react';
import { useState } from 'react';
import { work } from '@/lib/backend';
import type { Submission } from '@/lib/types';
import { dayAndClock, exact } from '@/lib/when';
import { CopyButton } from '@/ui/CopyButton';
import { tellFailure } from '@/ui/say';
import { Words } from '@/ui/Words';
import classes from './MyWork.module.css';

/** What a student handed in, and the proof that it arrived. */
export function MyWork({ submissions }: { submissions: Submission[] }) {
  const { t } = useLingui();
  if (submissions.length === 0) {
    return (
      <p className={classes.none}>
        <Trans>Nothing is handed in yet. You can hand in as often as you like: each time is a new version, and you get a receipt for it.</Trans>
      </p>
    );
  }
  return (
    <section className={classes.work} aria-label={t`Handed in`}>
      <h3>
        <Trans>Handed in</Trans>
      </h3>
      <ul>
        {submissions.map((submission) => (
          <One key={submission.id} submission={submission} />
        ))}
      </ul>
    </section>
  );
}

function One({ submission }: { submission: Submission }) {
  const { t } = useLingui();
  const [receipt, setReceipt] = useState('');
  const { title, version, receipt: got } = submission;
  const reader = got?.readerName;
  const arrived = submission.state === 'delivered';
  const load = () => {
    if (receipt) return;
    work.Open(submission.id).then((opened) => setReceipt(opened.receiptText), tellFailure);
  };
  return (
    <li className={classes.one} data-state={submission.state}>
      <div className={classes.line}>
        {arrived ? <IconCircleCheck size={20} stroke={1.8} className={classes.good} aria-hidden /> : <IconClock size={20} stroke={1.8} className={classes.waits} aria-hidden />}
        <b>{title}</b>
        <span>
          <Trans>version {version}</Trans>
        </span>
        <time title={exact(submission.at)}>{dayAndClock(submission.at)}</time>
      </div>
      <p className={classes.state}>
        {!arrived && <Trans>Waiting: it goes to your teacher as soon as they can be reached.</Trans>}
        {arrived && !reader && <Trans>Delivered.</Trans>}
        {arrived && reader && <Trans>{reader} has it.</Trans>}
      </p>
      {got && (
        <details className={classes.receipt} onToggle={load}>
          <summary>
            <Trans>Receipt</Trans>
          </summary>
          <p>
            <Trans>{reader} signed for exactly this text. Its words:</Trans>
          </p>
          <Words words={got.words} />
          {receipt && (
            <div className={classes.copy}>
              <CopyButton text={receipt} label={t`Copy the receipt`} />
            </div>
          )}
        </details>
      )}
    </li>
  );
}
