import { beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../types';
import { delivered, heard, merge, showTalk, useTalk } from './talk';

const message = (id: string, order: number, more: Partial<Message> = {}): Message => ({ id, author: 'p', name: 'Ada', mine: false, text: id, at: order, order, ...more });

beforeEach(() => useTalk.setState({ messages: [], unread: 0, open: true, more: false, loading: false }));

describe('talk', () => {
  it('keeps the order of the room, each message once, and the newer word on it', () => {
    const merged = merge([message('b', 2, { pending: true }), message('a', 1)], [message('c', 3), message('b', 2)]);
    expect(merged.map((m) => m.id)).toEqual(['a', 'b', 'c']);
    expect(merged[1]?.pending).toBeUndefined();
  });

  it('counts what was said while nobody looked', () => {
    showTalk(false);
    heard(message('a', 1));
    heard(message('a', 1));
    heard(message('b', 2, { mine: true }));
    expect(useTalk.getState().unread).toBe(1);
    showTalk(true);
    expect(useTalk.getState().unread).toBe(0);
  });

  it('takes the mark off what arrived', () => {
    heard(message('a', 1, { pending: true, mine: true }));
    delivered('a');
    expect(useTalk.getState().messages[0]?.pending).toBe(false);
  });
});
