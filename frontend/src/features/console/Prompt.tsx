import { useLingui } from '@lingui/react/macro';
import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { clearConsole, stopConsole, useConsole } from '@/lib/stores/console';
import classes from './ConsolePane.module.css';
import { promptEditor } from './promptEditor';

/** Where is typed. */
export function Prompt({ onSubmit }: { onSubmit(typed: string): void }) {
  const { t } = useLingui();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const submit = useRef(onSubmit);
  const draft = useConsole((s) => s.draft);
  const busy = useConsole((s) => s.busy);
  const asked = useConsole((s) => s.asked);
  const label = t`Type Go`;

  useEffect(() => {
    submit.current = onSubmit;
  }, [onSubmit]);

  useEffect(() => {
    if (!place.current) return undefined;
    const editor: EditorView = new EditorView({ parent: place.current, state: EditorState.create({ doc: useConsole.getState().draft, extensions: [promptEditor({ label, ...keys(() => editor, submit) }), keep] }) });
    view.current = editor;
    editor.dispatch({ selection: { anchor: editor.state.doc.length } });
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [label]);

  useEffect(() => {
    if (asked > 0) view.current?.focus();
  }, [asked]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === draft) return;
    put(editor, draft);
  }, [draft]);

  return (
    <div className={classes.prompt} data-busy={busy || undefined}>
      <span className={classes.mark} aria-hidden>
        ›
      </span>
      <div ref={place} className={classes.typing} dir="ltr" data-testid="console-prompt" />
    </div>
  );
}

/** What is typed outlives the pane. */
const keep = EditorView.updateListener.of((update) => {
  if (update.docChanged) useConsole.setState({ draft: update.state.doc.toString() });
});

function put(editor: EditorView, text: string): void {
  editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text }, selection: { anchor: text.length }, scrollIntoView: true });
}

/** What the keys do. The place in the history is forgotten when something is submitted. */
function keys(editor: () => EditorView, submit: { current(typed: string): void }) {
  let back = 0;
  let unfinished = '';
  const go = (step: number) => {
    const { history } = useConsole.getState();
    const next = back + step;
    if (next < 0 || next > history.length) return false;
    if (back === 0) unfinished = editor().state.doc.toString();
    back = next;
    put(editor(), back === 0 ? unfinished : (history[history.length - back] ?? ''));
    return true;
  };
  return {
    submit: () => {
      const typed = editor().state.doc.toString();
      if (!typed.trim() || useConsole.getState().busy) return true;
      back = 0;
      submit.current(typed);
      return true;
    },
    older: () => go(1),
    newer: () => go(-1),
    clear: () => {
      clearConsole();
      return true;
    },
    stop: () => {
      if (!useConsole.getState().busy) return false;
      void stopConsole();
      return true;
    },
  };
}
