import { create } from 'zustand';
import { talk } from '../backend';
import type { Message } from '../types';

interface TalkState {
  messages: Message[];
  /** How many messages there are before the first of these. */
  first: number;
  loading: boolean;
  unread: number;
  /** The chat is on screen: what comes is read. */
  open: boolean;
}

const page = 100;
const most = 500;

export const useTalk = create<TalkState>(() => ({ messages: [], first: 0, loading: false, unread: 0, open: true }));

/** What is shown with a page of the newest put in: the app knows the order, the page what it has scrolled back to. */
export function withNewest(shown: { first: number; messages: readonly Message[] }, newest: { first: number; messages: Message[] }): { first: number; messages: Message[] } {
  const before = shown.messages.slice(0, Math.max(0, newest.first - shown.first));
  if (before.length === 0) return newest;
  const again = new Set(newest.messages.map((m) => m.id));
  return { first: shown.first, messages: [...before.filter((m) => !again.has(m.id)), ...newest.messages] };
}

export async function pullTalk(): Promise<void> {
  const newest = await talk.Messages(0, Math.min(most, Math.max(page, useTalk.getState().messages.length)));
  useTalk.setState((s) => withNewest(s, newest));
}

export async function pullOlder(): Promise<void> {
  const { first, loading } = useTalk.getState();
  if (first === 0 || loading) return;
  useTalk.setState({ loading: true });
  try {
    const older = await talk.Messages(first, page);
    useTalk.setState((s) => {
      if (s.first !== first) return s;
      const known = new Set(s.messages.map((m) => m.id));
      return { first: older.first, messages: [...older.messages.filter((m) => !known.has(m.id)), ...s.messages] };
    });
  } finally {
    useTalk.setState({ loading: false });
  }
}

let settling: ReturnType<typeof setTimeout> | undefined;

/** Shows at once what is said; a moment later the app is asked for the order, which news alone does not tell. */
export function heard(failed: (reason: unknown) => void): (message: Message) => void {
  return (message) => {
    put(message);
    clearTimeout(settling);
    settling = setTimeout(() => void pullTalk().catch(failed), 300);
  };
}

function put(message: Message): void {
  useTalk.setState((s) => {
    if (s.messages.some((m) => m.id === message.id)) return { messages: s.messages.map((m) => (m.id === message.id ? message : m)) };
    return { messages: [...s.messages, message], unread: message.mine || s.open ? s.unread : s.unread + 1 };
  });
}

export async function say(text: string): Promise<void> {
  put(await talk.Say(text));
}

export function showTalk(open: boolean): void {
  useTalk.setState((s) => ({ open, unread: open ? 0 : s.unread }));
}

export function forgetTalk(): void {
  clearTimeout(settling);
  useTalk.setState(useTalk.getInitialState());
}
