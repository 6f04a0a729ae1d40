import { ActionIcon, Textarea } from '@mantine/core';
import { Trans, useLingui } from '@lingui/react/macro';
import { IconMessageOff, IconSend2 } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { asFailure } from '@/lib/failure';
import { useRoom } from '@/lib/stores/room';
import { say } from '@/lib/stores/talk';
import type { Failure } from '@/lib/types';
import { FailureNote } from '@/ui/FailureNote';
import classes from './Composer.module.css';

/** The longest message the room takes, in characters. */
const longest = 4000;

/** Kept while the chat is out of sight. */
let draft = '';

export function Composer() {
  const { t } = useLingui();
  const [text, setText] = useState(draft);
  const [failure, setFailure] = useState<Failure | null>(null);
  const me = useRoom((s) => s.view?.me);
  const left = longest - [...text].length;

  const write = (next: string) => {
    draft = next;
    setText(next);
  };

  const send = async () => {
    const message = text.trim();
    if (!message || left < 0) return;
    setFailure(null);
    write('');
    try {
      await say(message);
    } catch (reason) {
      setFailure(asFailure(reason));
      // What was written in the meantime is kept too.
      write(draft ? `${message}\n${draft}` : message);
    }
  };

  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    // Not to be taken for Run.
    event.stopPropagation();
    void send();
  };

  if (me?.muted) {
    return (
      <p className={classes.mute} role="status" data-testid="muted">
        <IconMessageOff size={18} stroke={1.8} aria-hidden />
        {me.role === 'observer' ? <Trans>You are here to watch. A teacher can let you write.</Trans> : <Trans>A teacher has muted you: you read what is written, and cannot write.</Trans>}
      </p>
    );
  }
  return (
    <div className={classes.composer}>
      {failure && <FailureNote failure={failure} onClose={() => setFailure(null)} />}
      <div className={classes.row}>
        <Textarea
          className={classes.field}
          aria-label={t`Message to the class`}
          placeholder={t`Message, \`\`\` for code`}
          autosize
          minRows={1}
          maxRows={8}
          value={text}
          onChange={(e) => write(e.currentTarget.value)}
          onKeyDown={keys}
          error={left < 0 && t`Too long by ${-left} characters.`}
          dir="auto"
        />
        <ActionIcon variant="filled" color="lake" size={36} aria-label={t`Send`} disabled={!text.trim() || left < 0} onClick={() => void send()}>
          <IconSend2 size={20} stroke={1.8} aria-hidden />
        </ActionIcon>
      </div>
    </div>
  );
}
