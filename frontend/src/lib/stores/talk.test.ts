import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '../types';
import { forgetTalk, heard, pullOlder, pullTalk, showTalk, useTalk, withNewest } from './talk';

const message = (id: string, more: Partial<Message> = {}): Message => ({ id, author: 'p', name: 'Ada', mine: false, text: id, at: 1, pending: false, ...more });
const ids = () => useTalk.getState().messages.map((m) => m.id);
const Messages = vi.fn();

beforeEach(() => {
  forgetTalk();
  Messages.mockReset();
  window.go = { talk: { Service: { Messages } } };
});

describe('talk', () => {
  it('takes the order from the app and keeps what was scrolled back to', () => {
    const shown = { first: 10, messages: ['a', 'b', 'c', 'd'].map((id) => message(id)) };
    const newest = { first: 12, messages: ['d', 'c', 'e'].map((id) => message(id)) };
    expect(withNewest(shown, newest)).toMatchObject({ first: 10, messages: [{ id: 'a' }, { id: 'b' }, { id: 'd' }, { id: 'c' }, { id: 'e' }] });
    expect(withNewest({ first: 0, messages: [] }, newest)).toBe(newest);
  });

  it('counts what was said while nobody looked, each once', () => {
    const hear = heard(() => undefined);
    showTalk(false);
    hear(message('a'));
    hear(message('a'));
    hear(message('b', { mine: true }));
    expect(useTalk.getState().unread).toBe(1);
    showTalk(true);
    expect(useTalk.getState().unread).toBe(0);
  });

  it('shows what is said at once and puts it in order a moment later', async () => {
    Messages.mockResolvedValue({ first: 0, messages: [message('late'), message('a')] });
    useTalk.setState({ messages: [message('a')] });
    heard(() => undefined)(message('late'));
    expect(ids()).toEqual(['a', 'late']);
    await vi.waitFor(() => expect(ids()).toEqual(['late', 'a']));
  });

  it('takes the mark off what arrived', async () => {
    useTalk.setState({ messages: [message('a', { pending: true })] });
    Messages.mockResolvedValue({ first: 0, messages: [message('a')] });
    await pullTalk();
    expect(useTalk.getState().messages[0]?.pending).toBe(false);
  });

  it('fetches what is before, once', async () => {
    useTalk.setState({ first: 2, messages: [message('c')] });
    Messages.mockResolvedValue({ first: 0, messages: [message('a'), message('b')] });
    await Promise.all([pullOlder(), pullOlder()]);
    expect(ids()).toEqual(['a', 'b', 'c']);
    await pullOlder();
    expect(Messages).toHaveBeenCalledTimes(1);
  });
});
