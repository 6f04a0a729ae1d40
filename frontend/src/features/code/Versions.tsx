import { Button, Group, Modal, TextInput } from '@mantine/core';
import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconBookmarkPlus, IconBroadcast, IconHistory } from '@tabler/icons-react';
import { useEffect, useState, type SyntheticEvent } from 'react';
import { code } from '@/lib/backend';
import { saved } from '@/lib/docs';
import { asFailure } from '@/lib/failure';
import { pullSent, pullVersions, useCode } from '@/lib/stores/code';
import { useDesk, type Looking } from '@/lib/stores/desk';
import type { Failure } from '@/lib/types';
import { dayAndClock } from '@/lib/when';
import { CodeText } from '@/ui/CodeText';
import { Empty } from '@/ui/Empty';
import { FailureNote } from '@/ui/FailureNote';
import { tellFailure } from '@/ui/say';
import { reasonWords } from './reasons';
import { take } from '@/lib/take';
import classes from './Versions.module.css';

interface Item extends Looking {
  title: string;
  note: string;
  at: number;
  lines: number;
}

/** What one's code was before, and what the teacher sent: to look at, and to take. */
export function Versions({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const versions = useCode((s) => s.versions);
  const sent = useCode((s) => s.sent);
  const looking = useDesk((s) => s.looking);

  useEffect(() => {
    Promise.all([pullVersions(), pullSent()]).catch(tellFailure);
  }, []);

  const items: Item[] = [
    ...versions.map((v): Item => ({ kind: 'version', id: v.id, title: v.title || reasonWords(v.reason), note: v.title ? reasonWords(v.reason) : '', at: v.at, lines: v.lines })),
    ...sent.map((s): Item => ({ kind: 'sent', id: s.id, title: s.title, note: t`from your teacher`, at: s.at, lines: s.text.split('\n').length })),
  ].toSorted((a, b) => b.at - a.at);

  return (
    <Modal opened onClose={onClose} title={t`Versions`} size="72rem" closeButtonProps={{ 'aria-label': t`Close` }}>
      <Keep />
      <div className={classes.both}>
        {items.length === 0 ? (
          <Empty icon={IconHistory} title={<Trans>No versions yet</Trans>}>
            <Trans>Your code is kept here now and then, and each time before it is replaced. What your teacher sends appears here too.</Trans>
          </Empty>
        ) : (
          <ul className={classes.list} aria-label={t`Versions`}>
            {items.map((item) => (
              <li key={`${item.kind}-${item.id}`}>
                <button type="button" className={classes.item} aria-pressed={looking?.id === item.id} onClick={() => useDesk.setState({ looking: { kind: item.kind, id: item.id } })}>
                  {item.kind === 'sent' ? <IconBroadcast size={18} stroke={1.8} aria-hidden /> : <IconHistory size={18} stroke={1.8} aria-hidden />}
                  <span className={classes.what}>
                    <b>{item.title}</b>
                    <span>
                      {item.note && `${item.note} · `}
                      {dayAndClock(item.at)} · <Plural value={item.lines} one="# line" other="# lines" />
                    </span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {items.length > 0 && <Preview looking={looking} />}
      </div>
    </Modal>
  );
}

function Preview({ looking }: { looking: Looking | null }) {
  const { t } = useLingui();
  const sent = useCode((s) => (looking?.kind === 'sent' ? s.sent.find((x) => x.id === looking.id)?.text : undefined));
  const [text, setText] = useState<string | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    setFailure(null);
    setText(sent ?? null);
    if (!looking || looking.kind === 'sent') return undefined;
    let gone = false;
    code.Version(looking.id).then(
      (version) => {
        if (!gone) setText(version.text);
      },
      (reason: unknown) => {
        if (!gone) setFailure(asFailure(reason));
      },
    );
    return () => {
      gone = true;
    };
  }, [looking, sent]);

  if (!looking) {
    return (
      <div className={classes.preview}>
        <Empty icon={IconHistory} title={<Trans>Choose one to look at it</Trans>} />
      </div>
    );
  }
  const taken = () => {
    setBusy(true);
    take(looking.id)
      .catch((reason: unknown) => setFailure(asFailure(reason)))
      .finally(() => setBusy(false));
  };
  return (
    <div className={classes.preview}>
      {failure && <FailureNote failure={failure} />}
      {text !== null && (
        <>
          {/* It can be scrolled with the keyboard. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre className={`ts-code ${classes.code}`} dir="ltr" tabIndex={0} aria-label={t`Code`} data-testid="preview">
            <CodeText text={text} />
          </pre>
          <Group justify="space-between">
            <span className={classes.safe}>
              <Trans>What you have now is kept as a version first.</Trans>
            </span>
            <Button loading={busy} onClick={taken}>
              <Trans>Take</Trans>
            </Button>
          </Group>
        </>
      )}
    </div>
  );
}

/** Keeps one's code as it stands, under a name. */
function Keep() {
  const { t } = useLingui();
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    saved(t`Your last typing is not on disk yet, so it was not kept as a version.`)
      .then(() => code.KeepVersion(title.trim()))
      .then(() => setTitle(''))
      .then(pullVersions)
      .catch(tellFailure)
      .finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} className={classes.keep}>
      <TextInput size="sm" className={classes.name} aria-label={t`Name of the version`} placeholder={t`Name of the version`} value={title} onChange={(e) => setTitle(e.currentTarget.value)} maxLength={120} autoComplete="off" />
      <Button type="submit" variant="default" loading={busy} leftSection={<IconBookmarkPlus size={18} aria-hidden />}>
        <Trans>Keep this version</Trans>
      </Button>
    </form>
  );
}
