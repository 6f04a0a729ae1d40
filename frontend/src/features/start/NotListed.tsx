import { Button, Group, TextInput } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState, type SyntheticEvent } from 'react';
import { typed } from '@/lib/address';
import { FailureNote } from '@/ui/FailureNote';
import type { Joining } from './JoinDoor';
import type { Row } from './rooms';
import classes from './NotListed.module.css';

interface Props {
  initial: string;
  /** A code that was given when the app was started. */
  initialCode: string;
  rows: Row[];
  joining: Joining | null;
  idle: boolean;
  onAddress(address: string, code: string): void;
  onRow(row: Row, code: string): void;
  onCancel(): void;
}

/** The way by hand: a room code finds the one locked room that is open, an address reaches a room that was not found. */
export function NotListed({ initial, initialCode, rows, joining, idle, onAddress, onRow, onCancel }: Props) {
  const { t } = useLingui();
  const [text, setText] = useState(initial);
  const [code, setCode] = useState(initialCode);
  const [problem, setProblem] = useState('');
  const what = typed(text);

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setProblem('');
    if (what.kind === 'address') {
      onAddress(what.address, code.trim());
      return;
    }
    const named = rows.filter((r) => r.open && !r.conflict && (r.id === text.trim() || r.title.toLowerCase() === text.trim().toLowerCase()));
    if (named.length === 1 && named[0]) {
      onRow(named[0], '');
      return;
    }
    if (what.kind === 'words') {
      setProblem(t`That is neither a room code, like 482-177, nor an address, like 10.0.0.5:4001. Both are on your teacher’s screen.`);
      return;
    }
    const locked = rows.filter((r) => r.open && r.locked && !r.conflict);
    if (locked.length === 1 && locked[0]) onRow(locked[0], what.code);
    else if (locked.length > 1) setProblem(t`More than one room asks for a code: choose yours in the list and type the code there.`);
    else setProblem(t`No room that asks for a code is found yet. Type the address that is on your teacher’s screen.`);
  };

  return (
    <form onSubmit={submit} className={classes.form}>
      <Group align="end" gap="sm" wrap="wrap">
        <TextInput
          className={classes.field}
          label={t`Not listed?`}
          placeholder={t`Room code or address`}
          value={text}
          onChange={(e) => {
            setText(e.currentTarget.value);
            setProblem('');
          }}
          error={problem}
          errorProps={{ role: 'alert' }}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          dir="auto"
        />
        {what.kind === 'address' && (
          <TextInput className={classes.code} label={t`Room code, if asked`} placeholder="000-000" value={code} onChange={(e) => setCode(e.currentTarget.value)} inputMode="numeric" autoComplete="off" maxLength={16} />
        )}
        <Button type="submit" variant="default" size="md" loading={joining?.busy === true} disabled={idle || !text.trim()}>
          <Trans>Join</Trans>
        </Button>
        {joining?.busy && (
          <Button variant="subtle" size="md" onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
        )}
      </Group>
      {joining?.failure && <FailureNote failure={joining.failure} />}
    </form>
  );
}
