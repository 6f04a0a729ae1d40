import { Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconHelpCircle, IconInfoCircle, type Icon } from '@tabler/icons-react';
import type { Cause, Check, Report } from '@/lib/types';
import { CopyButton } from '@/ui/CopyButton';
import classes from './Doctor.module.css';

const signs: Record<string, Icon> = { good: IconCircleCheck, note: IconInfoCircle, bad: IconCircleX, unknown: IconHelpCircle };

/** The cause first, with what to do; below it everything that was looked at. */
export function Findings({ report }: { report: Report }) {
  const { t } = useLingui();
  const checks = report.checks ?? [];
  return (
    <>
      {report.cause ? (
        <CauseNote cause={report.cause} />
      ) : (
        <div className={classes.well} data-testid="cause" data-code="">
          <IconCircleCheck size={22} stroke={1.8} aria-hidden />
          <b>
            <Trans>Nothing is in the way.</Trans>
          </b>
        </div>
      )}
      <h3 className={classes.heading}>
        <Trans>What was looked at</Trans>
      </h3>
      <ul className={classes.checks} aria-label={t`What was looked at`}>
        {checks.map((check) => (
          <CheckLine key={check.id} check={check} />
        ))}
      </ul>
      <CopyButton text={asText(report)} label={t`Copy all of it`} />
    </>
  );
}

function CauseNote({ cause }: { cause: Cause }) {
  const { t } = useLingui();
  return (
    <div className={classes.cause} data-testid="cause" data-code={cause.code}>
      <IconAlertTriangle className={classes.warn} size={22} stroke={1.8} aria-hidden />
      <div>
        <p className={classes.what}>{cause.what}</p>
        <p>{cause.means}</p>
        <p className={classes.todo}>{cause.do}</p>
        {(cause.commands ?? []).map((command) => (
          <div key={command.system} className={classes.command}>
            <span>{command.system}</span>
            <code dir="ltr">{command.text}</code>
            <CopyButton text={command.text} label={t`Copy`} />
          </div>
        ))}
      </div>
    </div>
  );
}

function CheckLine({ check }: { check: Check }) {
  const { t } = useLingui();
  const Sign = signs[check.result] ?? IconHelpCircle;
  const words: Record<string, string> = { good: t`Good`, note: t`May matter`, bad: t`Not good`, unknown: t`Not known` };
  return (
    <li className={classes.check} data-result={check.result}>
      <Sign size={18} stroke={1.8} role="img" aria-label={words[check.result]} />
      <span>
        <b>{check.looked}</b>
        <span>{check.found}</span>
      </span>
    </li>
  );
}

/** For someone who can help and is not here. */
function asText({ checks, cause }: Report): string {
  const lines = (checks ?? []).map((c) => `${c.result}\t${c.looked}: ${c.found}`);
  if (cause) lines.push('', cause.code, cause.what, cause.means, cause.do, ...(cause.commands ?? []).map((c) => `${c.system}: ${c.text}`));
  return lines.join('\n');
}
