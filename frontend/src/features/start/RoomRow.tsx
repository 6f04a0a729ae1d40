import { Button, Group, Loader, TextInput } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconAlertTriangle, IconChevronDown, IconLock } from '@tabler/icons-react';
import { useId, useState, type SyntheticEvent } from 'react';
import { FailureNote } from '@/ui/FailureNote';
import { Words } from '@/ui/Words';
import type { Joining } from './JoinDoor';
import { CardWords } from './CardWords';
import type { Row } from './rooms';
import classes from './RoomRow.module.css';

interface Props {
  row: Row;
  chosen: boolean;
  joining: Joining | null;
  /** A teacher has been asked: that, and how to give up, is said elsewhere. */
  waiting: boolean;
  /** Another room is being joined. */
  idle: boolean;
  onChoose(): void;
  /** With "" where there is no code: a teacher may let one in. */
  onJoin(code: string): void;
  onCard(card: string): void;
  onCancel(): void;
}

export function RoomRow({ row, chosen, joining, waiting, idle, onChoose, onJoin, onCard, onCancel }: Props) {
  const { t } = useLingui();
  const id = useId();
  const busy = joining?.busy === true;
  // The words of a card as far as they are typed: they stay while one tries. null: it goes by the code.
  const [card, setCard] = useState<string | null>(null);
  const opens = row.knownAs === null || row.conflict;
  return (
    <li className={classes.row} data-chosen={chosen || undefined} data-conflict={row.conflict || undefined}>
      <button type="button" className={classes.head} aria-expanded={opens ? chosen : undefined} aria-controls={chosen ? id : undefined} disabled={idle || busy} onClick={onChoose}>
        <span className={classes.dot} data-open={row.open || undefined} aria-hidden />
        <span className={classes.name}>
          <b>{row.title}</b>
          <span>
            {row.teacher} · {row.course}
          </span>
        </span>
        <span className={classes.marks}>
          {row.conflict && <IconAlertTriangle size={18} stroke={1.8} role="img" aria-label={t`Not the room you know`} className={classes.warn} />}
          {row.locked && <IconLock size={18} stroke={1.8} role="img" aria-label={t`Asks for a room code`} />}
          {busy ? (
            <span className={classes.do}>
              {waiting ? <Trans>Waiting…</Trans> : <Joins />}
            </span>
          ) : (
            <Word row={row} />
          )}
          {opens && !busy && <IconChevronDown size={18} stroke={1.8} aria-hidden className={classes.chevron} />}
        </span>
      </button>
      {busy && !waiting && (
        <div className={classes.body}>
          <Button variant="default" size="compact-sm" onClick={onCancel}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      )}
      {chosen && !busy && (
        <div id={id} className={classes.body}>
          {row.conflict ? <Conflict row={row} joining={joining} onJoin={onJoin} /> : <Asked row={row} joining={joining} onJoin={onJoin} card={card} setCard={setCard} onCard={onCard} />}
        </div>
      )}
    </li>
  );
}

function Joins() {
  return (
    <>
      <Loader size={14} aria-hidden /> <Trans>Joining…</Trans>
    </>
  );
}

function Word({ row }: { row: Row }) {
  if (row.conflict) return null;
  if (!row.open) {
    return (
      <span className={classes.closed}>
        <Trans>Not seen now</Trans> · <b><Trans>Rejoin</Trans></b>
      </span>
    );
  }
  if (row.knownAs !== null) {
    return (
      <span className={classes.do}>
        <Trans>Rejoin</Trans>
      </span>
    );
  }
  return (
    <span className={classes.count}>
      <Plural value={row.members} one="# here" other="# here" />
    </span>
  );
}

/** What is asked before a room is joined for the first time, or when the code that was remembered does not fit. */
function Asked({ row, joining, onJoin, card, setCard, onCard }: Pick<Props, 'row' | 'joining' | 'onJoin' | 'onCard'> & { card: string | null; setCard(card: string | null): void }) {
  const { t } = useLingui();
  const [code, setCode] = useState('');
  const wrong = joining?.failure?.code === 'wrong-code';
  const asks = row.locked || wrong;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onJoin(code.trim());
  };
  if (card !== null) return <CardWords card={card} setCard={setCard} failure={joining?.failure ?? null} onCard={onCard} onBack={() => setCard(null)} />;
  return (
    <form onSubmit={submit} className={classes.form}>
      {joining?.failure && <FailureNote failure={joining.failure} />}
      {row.fingerprint && (
        <div className={classes.words}>
          <span>
            <Trans>The same words must stand on your teacher’s screen:</Trans>
          </span>
          <Words words={row.fingerprint} />
        </div>
      )}
      <Group align="end" gap="sm" wrap="wrap">
        {asks && (
          <TextInput
            className={classes.code}
            label={t`Room code`}
            placeholder="000-000"
            value={code}
            onChange={(e) => setCode(e.currentTarget.value)}
            // It was opened by a click on this room: the code is all that is asked.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            inputMode="numeric"
            autoComplete="off"
            maxLength={16}
          />
        )}
        <Button type="submit" size="md" disabled={asks && !code.trim() && !row.knownAs}>
          <Trans>Join</Trans>
        </Button>
      </Group>
      <Group gap="sm">
        {asks && (
          <Button variant="subtle" size="compact-sm" onClick={() => onJoin('')}>
            <Trans>I have no code: ask to be let in</Trans>
          </Button>
        )}
        <Button variant="subtle" size="compact-sm" onClick={() => setCard('')}>
          <Trans>I have a card</Trans>
        </Button>
      </Group>
    </form>
  );
}

function Conflict({ row, joining, onJoin }: { row: Row; joining: Joining | null; onJoin(code: string): void }) {
  const { title } = row;
  if (row.moved) {
    return (
      <div className={classes.conflict} role={joining?.failure ? undefined : 'alert'}>
        {joining?.failure && <FailureNote failure={joining.failure} />}
        <p>
          <b>
            <Trans>“{title}” comes from another computer than before.</Trans>
          </b>
        </p>
        <p>
          <Trans>If your teacher has a new computer, the old one or a co-teacher has vouched for it, and this machine can check that. Nothing is told to it unless that holds.</Trans>
        </p>
        <Group>
          <Button size="compact-md" onClick={() => onJoin('')}>
            <Trans>Check, and join</Trans>
          </Button>
        </Group>
      </div>
    );
  }
  return (
    <div className={classes.conflict} role="alert">
      <p>
        <b>
          <Trans>This is not the “{title}” you were in before.</Trans>
        </b>
      </p>
      <p>
        <Trans>It has the same name and comes from another machine. It may be someone who pretends to be your teacher, so it cannot be joined from here.</Trans>
      </p>
      <p>
        <Trans>Ask your teacher. If they really have a new computer, they can take the room there from the old one or from a co-teacher’s, or open it under another name.</Trans>
      </p>
      {row.fingerprint && <Words words={row.fingerprint} />}
    </div>
  );
}
