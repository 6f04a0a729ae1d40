import type { StateEffect } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { Shown } from '@/lib/collab/session';
import { showDiagnostics } from '@/lib/editor/diagnostics';
import { useRuns } from '@/lib/stores/runs';
import classes from './Editor.module.css';

/** Where each text was scrolled to when it was last on screen. */
const scrolled = new WeakMap<Shown, StateEffect<unknown>>();

/** An editor on a document. The document outlives it. */
export function Editor({ doc, docId }: { doc: Shown; docId: string }) {
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!place.current) return undefined;
    const view = new EditorView({
      state: doc.state,
      parent: place.current,
      scrollTo: scrolled.get(doc),
      dispatchTransactions: (trs, self) => {
        self.update(trs);
        doc.took(trs);
      },
    });
    doc.attach(view);
    return () => {
      scrolled.set(doc, view.scrollSnapshot());
      doc.detach(view);
      view.destroy();
    };
  }, [doc]);

  const diagnostics = useRuns((s) => s.diagnostics);
  const about = useRuns((s) => s.docId);
  useEffect(() => {
    if (about === docId) doc.dispatch(showDiagnostics(doc.state, diagnostics));
  }, [doc, docId, about, diagnostics]);

  return <div ref={place} className={classes.editor} data-testid={`editor-${docId}`} dir="ltr" />;
}
