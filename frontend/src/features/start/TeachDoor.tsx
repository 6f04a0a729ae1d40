import { Autocomplete, Button, Stack, Switch, TextInput } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconArrowBackUp, IconChalkboardTeacher } from '@tabler/icons-react';
import { useState, type SyntheticEvent } from 'react';
import { room } from '@/lib/backend';
import { asFailure } from '@/lib/failure';
import { useRoom } from '@/lib/stores/room';
import type { Failure, Hosted, OpenRequest, StartView } from '@/lib/types';
import { dayAndClock } from '@/lib/when';
import { FailureNote } from '@/ui/FailureNote';
import { Door } from './Door';
import { MoveHere } from './MoveHere';
import classes from './TeachDoor.module.css';

/** Opens a room, a new one or one that was held before. */
export function TeachDoor({ start, focus }: { start: StartView; focus: boolean }) {
  const { t } = useLingui();
  const mine = (start.mine ?? []).toSorted((a, b) => b.lastOpened - a.lastOpened);
  const [form, setForm] = useState<OpenRequest>({
    id: '',
    course: start.last?.course ?? '',
    title: start.last?.title ?? '',
    teacher: start.last?.teacher || start.name,
    useCode: start.last?.useCode ?? true,
  });
  const [opening, setOpening] = useState<string | null>(null);
  const [missing, setMissing] = useState(false);
  const [moving, setMoving] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const set = (change: Partial<OpenRequest>) => setForm((f) => ({ ...f, ...change }));

  const open = async (key: string, request: OpenRequest) => {
    setOpening(key);
    setFailure(null);
    try {
      const view = await room.Open(request);
      useRoom.setState({ view });
    } catch (reason) {
      setFailure(asFailure(reason));
    } finally {
      setOpening(null);
    }
  };

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const request = { ...form, course: form.course.trim(), title: form.title.trim(), teacher: form.teacher.trim() };
    const complete = Boolean(request.course && request.title && request.teacher);
    setMissing(!complete);
    if (complete) void open('new', request);
  };

  const reopen = (hosted: Hosted) => {
    const { id, course, title, teacher } = hosted;
    void open(id, { id, course, title, teacher, useCode: form.useCode });
  };

  return (
    <Door icon={IconChalkboardTeacher} title={<Trans>Teach</Trans>} lead={<Trans>Open a room for your class.</Trans>}>
      {mine.length > 0 && (
        <section aria-label={t`Your rooms`} className={classes.rooms}>
          <h3 className={classes.heading}>
            <Trans>Go on with</Trans>
          </h3>
          {mine.slice(0, 3).map((hosted) => (
            <button key={hosted.id} type="button" className={classes.room} disabled={opening !== null} onClick={() => reopen(hosted)}>
              <IconArrowBackUp size={18} stroke={1.8} aria-hidden className={classes.back} />
              <span className={classes.name}>
                <b>{hosted.title}</b>
                <span>
                  {hosted.course} · {dayAndClock(hosted.lastOpened)}
                </span>
              </span>
              <span className={classes.do}>{opening === hosted.id ? t`Opening…` : t`Open again`}</span>
            </button>
          ))}
        </section>
      )}
      <form onSubmit={submit} noValidate className={classes.form}>
        <Stack gap="md">
          {mine.length > 0 && (
            <h3 className={classes.heading}>
              <Trans>A new room</Trans>
            </h3>
          )}
          <Autocomplete
            size="md"
            label={t`Course`}
            placeholder={t`Go for beginners`}
            data={[...new Set(mine.map((h) => h.course))]}
            value={form.course}
            onChange={(course) => set({ course })}
            error={missing && !form.course.trim() && t`Say which course it is.`}
            data-autofocus={focus || undefined}
            // The door was asked for by name: what is typed first belongs here.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={focus && mine.length === 0}
            maxLength={80}
          />
          <TextInput
            label={t`Room`}
            placeholder={t`Monday, period 2`}
            value={form.title}
            onChange={(e) => set({ title: e.currentTarget.value })}
            error={missing && !form.title.trim() && t`Give the room a name that students will know.`}
            maxLength={80}
          />
          <TextInput
            label={t`Your name`}
            description={t`As students see it`}
            placeholder={t`Ms Lee`}
            value={form.teacher}
            onChange={(e) => set({ teacher: e.currentTarget.value })}
            error={missing && !form.teacher.trim() && t`Students need to know whose room it is.`}
            maxLength={60}
          />
          <Switch
            label={t`Lock with a room code`}
            description={t`Only those who see the code in the classroom get in.`}
            checked={form.useCode}
            onChange={(e) => set({ useCode: e.currentTarget.checked })}
          />
          {failure && <FailureNote failure={failure} onClose={() => setFailure(null)} />}
        </Stack>
        <Button type="submit" size="md" fullWidth loading={opening === 'new'} disabled={opening !== null && opening !== 'new'}>
          <Trans>Open the room</Trans>
        </Button>
      </form>
      <Button variant="subtle" size="compact-md" onClick={() => setMoving(true)}>
        <Trans>Move a room to this computer</Trans>
      </Button>
      {moving && <MoveHere computer={start.key} onClose={() => setMoving(false)} />}
    </Door>
  );
}
