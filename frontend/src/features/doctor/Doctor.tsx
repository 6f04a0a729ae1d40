import { Button, Group, Loader, Modal, TextInput } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState, type SyntheticEvent } from 'react';
import { doctor } from '@/lib/backend';
import { asFailure } from '@/lib/failure';
import type { Failure, Report } from '@/lib/types';
import { FailureNote } from '@/ui/FailureNote';
import { Findings } from './Findings';
import classes from './Doctor.module.css';

interface Props {
  side: 'student' | 'teacher';
  /** The address, code or link that did not work. */
  target?: string;
  /** A room answers at this address: the person wants to go there. */
  onTake?(address: string): void;
  onClose(): void;
}

/** Finds out why a room is not reached, or why nobody reaches this machine's, and says what to do. */
export function Doctor({ side, target: initial = '', onTake, onClose }: Props) {
  const { t } = useLingui();
  const [target, setTarget] = useState(initial);
  const [looking, setLooking] = useState(false);
  const [report, setReport] = useState<Report | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);

  const look = async (at: string) => {
    setLooking(true);
    setFailure(null);
    setReport(null);
    try {
      setReport(await doctor.Examine({ side, target: at }));
    } catch (reason) {
      setFailure(asFailure(reason));
    } finally {
      setLooking(false);
    }
  };

  useEffect(() => {
    // Whoever opens this wants to know: the first look needs no click.
    void look(initial);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const again = (event: SyntheticEvent) => {
    event.preventDefault();
    void look(target.trim());
  };

  return (
    <Modal opened onClose={onClose} size="lg" title={side === 'teacher' ? t`Check the connection` : t`Why is the room not found?`} closeButtonProps={{ 'aria-label': t`Close` }}>
      <form onSubmit={again} className={classes.form}>
        <Group align="end" gap="sm" wrap="wrap">
          <TextInput
            className={classes.field}
            label={side === 'student' ? t`Code or address on your teacher’s screen` : t`Address of a student’s machine, if it is about one`}
            description={side === 'student' ? t`With it the cause can be named. Without it, this machine and its network are looked at.` : t`“Find out why” on that machine names it. Without it, this machine and its network are looked at.`}
            placeholder={side === 'student' ? '008M-Y1SK-M66N' : '10.0.0.7'}
            value={target}
            onChange={(e) => setTarget(e.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            maxLength={1000}
            dir="auto"
          />
          <Button type="submit" size="md" variant={report ? 'default' : 'filled'} loading={looking}>
            {report ? <Trans>Check again</Trans> : <Trans>Check</Trans>}
          </Button>
        </Group>
      </form>
      <div aria-live="polite">
        {looking && (
          <p className={classes.looking}>
            <Loader size="xs" aria-hidden />
            <Trans>Looking. It takes some seconds, at most fifteen.</Trans>
          </p>
        )}
        {failure && <FailureNote failure={failure} />}
        {report?.way && onTake && (
          <Group className={classes.way} justify="space-between" gap="sm">
            <span>
              <Trans>
                A room answers at <b dir="ltr">{report.way}</b>.
              </Trans>
            </span>
            <Button onClick={() => onTake(report.way)}>
              <Trans>Use this address</Trans>
            </Button>
          </Group>
        )}
        {report && <Findings report={report} />}
      </div>
    </Modal>
  );
}
