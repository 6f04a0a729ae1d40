import { Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconHelpCircle, IconInfoCircle, type Icon } from '@tabler/icons-react';
import type { Cause, Check, Command, Report } from '@/lib/types';
import { CopyButton } from '@/ui/CopyButton';
import classes from './Doctor.module.css';

const signs: Record<string, Icon> = { good: IconCircleCheck, note: IconInfoCircle, bad: IconCircleX, unknown: IconHelpCircle };

/** The cause first, with what to do; below it everything that was looked at. */
export function Findings({ report }: { report: Report }) {
  const { t } = useLingui();
  const checks = report.checks ?? [];
  return (
    <>
      {report.cause ? <CauseNote cause={report.cause} /> : <Well />}
      {report.doubt && <CauseNote cause={report.doubt} doubt />}
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

function Well() {
  return (
    <div className={classes.well} data-testid="cause" data-code="">
      <IconCircleCheck size={22} stroke={1.8} aria-hidden />
      <b>
        <Trans>Nothing that can be seen from here is in the way.</Trans>
      </b>
    </div>
  );
}

/** Why it does not work; a doubt is what may be in the way and cannot be seen. */
function CauseNote({ cause, doubt = false }: { cause: Cause; doubt?: boolean }) {
  return (
    <div className={doubt ? classes.doubt : classes.cause} data-testid={doubt ? 'doubt' : 'cause'} data-code={cause.code}>
      {doubt ? <IconHelpCircle className={classes.faint} size={22} stroke={1.8} aria-hidden /> : <IconAlertTriangle className={classes.warn} size={22} stroke={1.8} aria-hidden />}
      <div>
        <p className={classes.what}>{cause.what}</p>
        <p>{cause.means}</p>
        <p className={classes.todo}>{cause.do}</p>
        <Commands commands={cause.commands ?? []} />
      </div>
    </div>
  );
}

/** What an administrator types. Where it is not known for which system, the list is folded. */
function Commands({ commands }: { commands: Command[] }) {
  const { t } = useLingui();
  const list = commands.map((command) => (
    <div key={command.system} className={classes.command}>
      <span>{command.system}</span>
      <code dir="ltr">{command.text}</code>
      <CopyButton text={command.text} label={t`Copy`} />
    </div>
  ));
  if (list.length < 2) return list;
  return (
    <details>
      <summary className={classes.fold}>
        <Trans>The rule for each system</Trans>
      </summary>
      {list}
    </details>
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
function asText({ checks, cause, doubt }: Report): string {
  const lines = (checks ?? []).map((c) => `${c.result}\t${c.looked}: ${c.found}`);
  const why = cause ?? doubt;
  if (why) lines.push('', why.code, why.what, why.means, why.do, ...(why.commands ?? []).map((c) => `${c.system}: ${c.text}`));
  return lines.join('\n');
}
