/** How code looks. All colours are the page's own variables, so that a theme changes both at once. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags as t } from '@lezer/highlight';

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--ts-text)', backgroundColor: 'var(--ts-code-bg)', fontSize: 'var(--ts-code-size)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--ts-mono)', lineHeight: '1.6', fontVariantLigatures: 'none' },
  '.cm-content': { caretColor: 'var(--ts-accent)', paddingBlock: '12px' },
  '.cm-line': { paddingInline: '8px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ts-accent)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--ts-selection)' },
  '.cm-content ::selection': { backgroundColor: 'var(--ts-selection)' },
  '.cm-gutters': { backgroundColor: 'var(--ts-code-bg)', color: 'var(--ts-faint)', border: 'none', paddingInlineStart: '8px' },
  '.cm-activeLine': { backgroundColor: 'var(--ts-active-line)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--ts-active-line)', color: 'var(--ts-text)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--ts-selection)', outline: '1px solid var(--ts-accent)' },
  '.cm-searchMatch': { backgroundColor: 'var(--ts-warn-soft)', outline: '1px solid var(--ts-warn)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--ts-active-line)' },
  '.cm-panels': { backgroundColor: 'var(--ts-surface)', color: 'var(--ts-text)', borderColor: 'var(--ts-line)', fontFamily: 'var(--ts-sans)' },
  '.cm-panels input, .cm-panels button, .cm-panels label': { fontFamily: 'inherit', fontSize: '13px' },
  '.cm-textfield': { backgroundColor: 'var(--ts-bg)', border: '1px solid var(--ts-line-strong)', borderRadius: '4px' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--ts-bg)', border: '1px solid var(--ts-line-strong)', borderRadius: '4px', color: 'var(--ts-text)' },
  '.cm-tooltip': { backgroundColor: 'var(--ts-raised)', color: 'var(--ts-text)', border: '1px solid var(--ts-line-strong)', borderRadius: '8px', overflow: 'hidden', boxShadow: 'var(--ts-shadow)' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '4px 8px' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--ts-accent)', color: 'var(--ts-on-accent)' },
  '.cm-diagnostic': { padding: '8px 12px', whiteSpace: 'pre-line', borderInlineStart: '4px solid var(--ts-danger)', fontFamily: 'var(--ts-sans)' },
  '.cm-diagnostic-warning': { borderInlineStartColor: 'var(--ts-warn)' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--ts-danger)', textUnderlineOffset: '3px' },
  '.cm-lintRange-warning': { backgroundImage: 'none', textDecoration: 'underline wavy var(--ts-warn)', textUnderlineOffset: '3px' },
  '.cm-lint-marker': { width: '10px', height: '10px', margin: '0.4em 2px' },
  '.cm-lint-marker-error': { content: 'normal', backgroundColor: 'var(--ts-danger)', borderRadius: '50%' },
  '.cm-lint-marker-warning': { content: 'normal', backgroundColor: 'var(--ts-warn)', transform: 'rotate(45deg) scale(0.85)' },
  '.cm-otherSelection': { backgroundColor: 'var(--ts-other-soft)' },
  '.cm-otherCaret': { position: 'relative', borderInlineStart: '2px solid var(--ts-other)', marginInline: '-1px' },
  '.cm-otherCaretName': {
    position: 'absolute',
    insetBlockEnd: '100%',
    insetInlineStart: '-2px',
    padding: '0 6px',
    borderRadius: '4px 4px 4px 0',
    backgroundColor: 'var(--ts-other)',
    color: 'var(--ts-on-other)',
    font: '600 11px/16px var(--ts-sans)',
    whiteSpace: 'nowrap',
    pointerEvents: 'none',
    zIndex: '2',
  },
  '.cm-line:first-of-type .cm-otherCaretName': { insetBlockEnd: 'auto', insetBlockStart: '100%', borderRadius: '0 4px 4px 4px' },
});

const colours = HighlightStyle.define([
  { tag: [t.keyword, t.controlKeyword, t.definitionKeyword, t.moduleKeyword, t.operatorKeyword], color: 'var(--ts-syn-keyword)', fontWeight: '600' },
  { tag: [t.string, t.character, t.special(t.string)], color: 'var(--ts-syn-string)' },
  { tag: [t.number, t.bool, t.null, t.atom], color: 'var(--ts-syn-number)' },
  { tag: [t.comment, t.lineComment, t.blockComment], color: 'var(--ts-syn-comment)', fontStyle: 'italic' },
  { tag: [t.typeName, t.standard(t.typeName), t.className], color: 'var(--ts-syn-type)' },
  { tag: [t.function(t.variableName), t.function(t.definition(t.variableName)), t.function(t.propertyName)], color: 'var(--ts-syn-function)' },
  { tag: t.invalid, color: 'var(--ts-danger)' },
]);

export const codeLook = [look, syntaxHighlighting(colours)];
