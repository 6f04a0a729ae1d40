import { Button, Group, Loader, TextInput } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconDoorEnter } from '@tabler/icons-react';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { room } from '@/lib/backend';
import { asFailure } from '@/lib/failure';
import { search, useRoom } from '@/lib/stores/room';
import type { Failure, JoinRequest, StartView, View } from '@/lib/types';
import { FailureNote } from '@/ui/FailureNote';
import { tellFailure } from '@/ui/say';
import { AtTheDoor } from './AtTheDoor';
import { Door } from './Door';
import { NotListed } from './NotListed';
import { RoomRow } from './RoomRow';
import { rows, type Row } from './rooms';
import { Searching } from './Searching';
import classes from './JoinDoor.module.css';

const Doctor = lazy(() => import('@/features/doctor/Doctor').then((m) => ({ default: m.Doctor })));

export type Joining = { key: string; failure: Failure | null; busy: boolean };

/** Finds rooms and joins one: by a click where it is known, with a look at its words and its code where it is not. */
export function JoinDoor({ start, view, focus }: { start: StartView; view: View | null; focus: boolean }) {
  const { t } = useLingui();
  const found = useRoom((s) => s.found);
  const [name, setName] = useState(start.name);
  const [nameless, setNameless] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const [joining, setJoining] = useState<Joining | null>(null);
  const [typed, setTyped] = useState(start.argument);
  const [examining, setExamining] = useState<{ target: string } | null>(null);
  const nameField = useRef<HTMLInputElement>(null);
  const list = rows(found, start.known ?? []);

  useEffect(() => {
    void search().catch(tellFailure);
  }, []);

  const join = async (key: string, request: Omit<JoinRequest, 'name'>, knownAs: string | null) => {
    const as = name.trim() || knownAs || '';
    // Whoever has a card has a name.
    if (!as && !request.card) {
      setNameless(true);
      nameField.current?.focus();
      return;
    }
    setNameless(false);
    setJoining({ key, failure: null, busy: true });
    try {
      const next = await room.Join({ ...request, name: as });
      useRoom.setState({ view: next });
      setJoining(null);
    } catch (reason) {
      const failure = asFailure(reason);
      // That one has stopped is no news.
      setJoining(failure.code === 'cancelled' ? null : { key, failure, busy: false });
      setChosen(key);
    }
  };

  const joinRow = (row: Row, code: string) => void join(row.key, { id: row.id, host: row.host, address: '', code, card: '' }, row.knownAs);
  const cardRow = (row: Row, card: string) => void join(row.key, { id: row.id, host: row.host, address: '', code: '', card }, row.knownAs);

  const choose = (row: Row) => {
    setJoining((j) => (j?.busy ? j : null));
    if (row.knownAs !== null && !row.conflict && !(joining?.key === row.key && joining.failure)) joinRow(row, '');
    else setChosen((c) => (c === row.key ? null : row.key));
  };

  const take = (address: string) => {
    setExamining(null);
    setJoining(null);
    setTyped(address);
  };

  const cancel = () => void room.Leave().catch(tellFailure);
  const refusal = view?.phase === 'refused' ? view.refusal : null;

  return (
    <Door icon={IconDoorEnter} title={<Trans>Join a class</Trans>} lead={<Trans>Rooms nearby appear by themselves.</Trans>}>
      <TextInput
        ref={nameField}
        label={t`Your name`}
        placeholder={t`Ada`}
        value={name}
        onChange={(e) => {
          setName(e.currentTarget.value);
          setNameless(false);
        }}
        error={nameless && t`Your teacher needs to know who you are.`}
        // The door was asked for by name: what is typed first belongs here.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={focus && !start.name}
        autoComplete="off"
        maxLength={60}
      />
      {refusal && <FailureNote failure={refusal} />}
      {view?.phase === 'connecting' && !joining?.busy && (
        <Group className={classes.connecting} justify="space-between" wrap="nowrap" role="status">
          <Group gap="sm" wrap="nowrap">
            <Loader size="xs" aria-hidden />
            <span>{view.title ? <Trans>Joining {view.title}…</Trans> : <Trans>Joining…</Trans>}</span>
          </Group>
          <Button variant="default" size="compact-sm" onClick={cancel}>
            <Trans>Cancel</Trans>
          </Button>
        </Group>
      )}
      {view?.phase === 'waiting' && <AtTheDoor view={view} onCancel={cancel} />}
      {list.length > 0 && (
        <ul className={classes.rooms} aria-label={t`Rooms`}>
          {list.map((row) => (
            <RoomRow
              key={row.key}
              row={row}
              chosen={chosen === row.key}
              joining={joining?.key === row.key ? joining : null}
              waiting={view?.phase === 'waiting'}
              idle={joining?.busy === true && joining.key !== row.key}
              onChoose={() => choose(row)}
              onJoin={(code) => joinRow(row, code)}
              onCard={(card) => cardRow(row, card)}
              onCancel={cancel}
            />
          ))}
        </ul>
      )}
      {!list.some((row) => row.open) && <Searching onExamine={() => setExamining({ target: '' })} />}
      <NotListed
        key={typed}
        initial={typed}
        focus={typed !== start.argument}
        initialCode={start.code}
        rows={list}
        joining={joining?.key === 'manual' ? joining : null}
        idle={joining?.busy === true && joining.key !== 'manual'}
        onExamine={(target) => setExamining({ target })}
        onAddress={(address, code) => void join('manual', { id: '', host: '', address, code, card: '' }, null)}
        onRow={joinRow}
        onCancel={cancel}
      />
      {examining && (
        <Suspense fallback={null}>
          <Doctor side="student" target={examining.target} onTake={take} onClose={() => setExamining(null)} />
        </Suspense>
      )}
    </Door>
  );
}
