import { EditorState, Text, type Extension, type TransactionSpec } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { Shown } from './session';

/** A text that nobody changes any more, such as one that was handed in. */
export class FixedText implements Shown {
  private current: EditorState;
  private view: EditorView | null = null;

  constructor(text: string, extensions: Extension) {
    this.current = EditorState.create({ doc: Text.of(text.split('\n')), extensions: [EditorState.lineSeparator.of('\n'), extensions] });
  }

  get state(): EditorState {
    return this.view?.state ?? this.current;
  }

  get text(): string {
    return this.state.doc.toString();
  }

  attach(view: EditorView): void {
    this.view = view;
  }

  detach(view: EditorView): void {
    if (this.view !== view) return;
    this.current = view.state;
    this.view = null;
  }

  took(): void {
    // Nobody waits for what happens in a text that does not change.
  }

  dispatch(spec: TransactionSpec): void {
    if (this.view) this.view.dispatch(spec);
    else this.current = this.current.update(spec).state;
  }

  reveal(offset: number): void {
    this.dispatch({ selection: { anchor: Math.min(offset, this.state.doc.length) }, scrollIntoView: true });
    this.view?.focus();
  }
}
