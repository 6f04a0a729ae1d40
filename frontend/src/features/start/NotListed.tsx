import { Button, Group, TextInput } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState, type SyntheticEvent } from 'react';
import { isRoomCode } from '@/lib/address';
import { room } from '@/lib/backend';
import { asFailure } from '@/lib/failure';
import type { Target } from '@/lib/types';
import { FailureNote } from '@/ui/FailureNote';
import type { Joining } from './JoinDoor';
import type { Row } from './rooms';
import classes from './NotListed.module.css';

interface Props {
  initial: string;
  /** It was just filled in, and the next key belongs here. */
  focus: boolean;
  /** A code that was given when the app was started. */
  initialCode: string;
  rows: Row[];
  joining: Joining | null;
  idle: boolean;
  /** With an address, a code or a link, and the room code if one was typed. */
  onAddress(address: string, code: string): void;
  onRow(row: Row, code: string): void;
  onCancel(): void;
  /** What is in the way of this address is to be found out. */
  onExamine(target: string): void;
}

/** The way by hand: a room code finds the one locked room that is open; what else is on the teacher's screen reaches a room that was not found. */
export function NotListed({ initial, focus, initialCode, rows, joining, idle, onAddress, onRow, onCancel, onExamine }: Props) {
  const { t } = useLingui();
  const [text, setText] = useState(initial);
  const [code, setCode] = useState(initialCode);
  const [problem, setProblem] = useState('');
  const target = useTarget(text);

  const withCode = () => {
    const locked = rows.filter((r) => r.open && r.locked && !r.conflict);
    if (locked.length === 1 && locked[0]) onRow(locked[0], text.trim());
    else if (locked.length > 1) setProblem(t`More than one room asks for a code: choose yours in the list and type the code there.`);
    else setProblem(t`No room that asks for a code is found yet. Type the longer code or the address that is on your teacher’s screen.`);
  };

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setProblem('');
    if (isRoomCode(text)) {
      withCode();
      return;
    }
    const what = await room.Read(text);
    if (what.kind === 'address' || what.kind === 'full') {
      onAddress(text.trim(), code.trim());
      return;
    }
    const named = rows.filter((r) => !r.conflict && (r.id === text.trim() || r.title.toLowerCase() === text.trim().toLowerCase()));
    if (named.length === 1 && named[0]) onRow(named[0], '');
    else if (what.problem) setProblem(`${what.problem.message} ${what.problem.hint}`);
    else setProblem(t`That is neither a room code, like 482-177, nor a way to a room, like 008M-Y1SK-M66N or 10.0.0.5. Both are on your teacher’s screen.`);
  };

  return (
    <form onSubmit={(event) => void submit(event).catch((reason: unknown) => setProblem(asFailure(reason).message))} className={classes.form}>
      <Group align="end" gap="sm" wrap="wrap">
        <TextInput
          className={classes.field}
          label={t`Not listed?`}
          placeholder={t`Code, address or link`}
          value={text}
          onChange={(e) => {
            setText(e.currentTarget.value);
            setProblem('');
          }}
          error={problem}
          errorProps={{ role: 'alert' }}
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={focus}
          autoComplete="off"
          spellCheck={false}
          maxLength={1000}
          dir="auto"
        />
        {target?.kind === 'address' && (
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
      {joining?.failure && (
        <FailureNote failure={joining.failure}>
          {joining.failure.code === 'unreachable' && (
            <Button size="compact-sm" variant="light" onClick={() => onExamine(text.trim())}>
              <Trans>Find out why</Trans>
            </Button>
          )}
        </FailureNote>
      )}
    </form>
  );
}

/** What the text leads to, as the app reads it; null while it has not said. */
function useTarget(text: string): Target | null {
  const [target, setTarget] = useState<Target | null>(null);
  useEffect(() => {
    let current = true;
    if (!text.trim() || isRoomCode(text)) {
      setTarget(null);
      return undefined;
    }
    room.Read(text).then(
      (what) => current && setTarget(what),
      () => undefined, // said when it is submitted
    );
    return () => {
      current = false;
    };
  }, [text]);
  return target;
}
