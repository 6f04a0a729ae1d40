import { EditorState } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { expect, it } from 'vitest';
import { otherCaret, remoteCaret, showCarets } from './remoteCaret';

const start = () => new EditorView({ state: EditorState.create({ doc: 'hello', extensions: [remoteCaret()] }) });

it('draws the caret with its name, and the selection', () => {
  const view = start();
  view.dispatch({ effects: showCarets.of([{ anchor: 1, head: 4, name: 'Ms <Lee>' }]) });
  expect(view.dom.querySelector('.cm-otherCaretName')?.textContent).toBe('Ms <Lee>');
  expect(view.dom.querySelector('.cm-otherSelection')?.textContent).toBe('ell');
  view.dispatch({ effects: showCarets.of([]) });
  expect(view.dom.querySelector('.cm-otherCaret')).toBeNull();
  view.destroy();
});

it('moves with the text and survives a place beyond the end', () => {
  const view = start();
  view.dispatch({ effects: showCarets.of([{ anchor: 2, head: 2, name: '' }]) });
  view.dispatch({ changes: { from: 0, insert: '>> ' } });
  expect(otherCaret(view.state)).toMatchObject({ anchor: 5, head: 5 });
  view.dispatch({ effects: showCarets.of([{ anchor: 999, head: 999, name: '' }]) });
  expect(view.dom.querySelector('.cm-otherCaret')).not.toBeNull();
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: '' } });
  expect(view.dom.querySelector('.cm-otherCaret')).not.toBeNull();
  view.destroy();
});
